import type { Claim } from "../claim";

export default {
  text: "An alarm's message reaches an encrypted topic when the key's policy names `cloudwatch.amazonaws.com` with `aws:SourceAccount`",
  source: "«Manage permissions for Amazon SNS with CloudWatch alarms», CloudWatch User Guide",
  byHand:
    "`aws cloudwatch set-alarm-state --alarm-name NAME-hsm-schedule-failed --state-value ALARM --state-reason test`",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
