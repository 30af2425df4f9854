import { confirmedIf, type Claim } from "../claim";
import { flowLogOf } from "../flow-log";

export default {
  text: "The flow log's key policy, CloudWatch Logs' own for this log group, is enough for flow logs",
  source: "«Encrypt log data in CloudWatch Logs using AWS KMS», CloudWatch Logs User Guide",
  byHand:
    "after a deploy `aws ec2 describe-flow-logs`: DeliverLogsStatus is SUCCESS, and the log group `/aws/vpc/NAME` has streams",
  cost: "cents",
  check: async (trial) => {
    const { DeliverLogsStatus, LogGroupName } = await flowLogOf(trial);
    const { logGroups } = await trial.logs.describeLogGroups({ logGroupNamePrefix: LogGroupName });
    const key = logGroups?.find(({ logGroupName }) => logGroupName === LogGroupName)?.kmsKeyId;
    return confirmedIf(
      DeliverLogsStatus === "SUCCESS" && key !== undefined,
      `DeliverLogsStatus ${DeliverLogsStatus} to a log group that is encrypted by ${key}`,
    );
  },
} satisfies Claim;
