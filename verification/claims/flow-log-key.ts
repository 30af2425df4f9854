import type { Claim } from "../claim";

export default {
  text: "The flow log's key policy, CloudWatch Logs' own for this log group, is enough for flow logs",
  source: "«Encrypt log data in CloudWatch Logs using AWS KMS», CloudWatch Logs User Guide",
  byHand:
    "after a deploy `aws ec2 describe-flow-logs`: DeliverLogsStatus is SUCCESS, and the log group `/aws/vpc/NAME` has streams",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
