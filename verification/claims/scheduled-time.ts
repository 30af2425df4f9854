import type { Claim } from "../claim";

export default {
  text: "Scheduler replaces `<aws.scheduler.scheduled-time>` within a JSON text, by a time such as 2026-12-01T06:00:00Z",
  source: "«Adding context attributes», EventBridge Scheduler User Guide",
  byHand: "the restore's event in the operator's log or queue",
  notInReach: "A trial has no schedule; the log of a restore by HsmSchedule has the time.",
} satisfies Claim;
