import { confirmedIf, type Claim } from "../claim";
import { flowLogOf } from "../flow-log";

export default {
  text: "The role of a flow log needs CreateLogStream, DescribeLogStreams and PutLogEvents on its log group, DescribeLogGroups, and no CreateLogGroup",
  source:
    "«IAM role for publishing flow logs to CloudWatch Logs», Amazon VPC User Guide, which gives all five on every resource",
  byHand:
    "after a deploy `aws ec2 describe-flow-logs`: DeliverLogsStatus is SUCCESS, and the log group `/aws/vpc/NAME` has streams",
  cost: "cents",
  check: async (trial) => {
    const log = await flowLogOf(trial);
    return confirmedIf(
      log.DeliverLogsStatus === "SUCCESS",
      `DeliverLogsStatus ${log.DeliverLogsStatus} ${log.DeliverLogsErrorMessage ?? ""}`,
    );
  },
} satisfies Claim;
