import type { Claim } from "../claim";

export default {
  text: "Lambda gives a function's network interfaces back some 20 minutes after it is gone, and meanwhile neither subnet nor security group can be deleted",
  source:
    "«Giving Lambda functions access to resources in an Amazon VPC», Lambda Developer Guide: 20 minutes at most; hashicorp/terraform-provider-aws#10329: 45",
  byHand:
    "time `safe-storage destroy`, and look at `aws ec2 describe-network-interfaces --filters 'Name=description,Values=AWS Lambda VPC ENI*'`",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
