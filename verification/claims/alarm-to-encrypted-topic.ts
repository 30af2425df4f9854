import type { Claim } from "../claim";

export default {
  text: "An alarm's message reaches an encrypted topic when the key's policy names `cloudwatch.amazonaws.com` with `aws:SourceAccount`",
  source: "«Manage permissions for Amazon SNS with CloudWatch alarms», CloudWatch User Guide",
  byHand:
    "`aws cloudwatch set-alarm-state --alarm-name NAME-hsm-schedule-failed --state-value ALARM --state-reason test`",
  notInReach:
    "Only who reads the topic sees the message: a person with a confirmed address, or a queue that reads it.",
} satisfies Claim;
