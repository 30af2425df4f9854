import { confirmedIf, refusalOf, type Claim } from "../claim";
import { makeAndDeleteFunction } from "../functions";

export default {
  text: "Lambda gives a function's network interfaces back some 20 minutes after it is gone, and meanwhile neither subnet nor security group can be deleted",
  source:
    "«Giving Lambda functions access to resources in an Amazon VPC», Lambda Developer Guide: 20 minutes at most; hashicorp/terraform-provider-aws#10329: 45",
  byHand:
    "time `safe-storage destroy`, and look at `aws ec2 describe-network-interfaces --filters 'Name=description,Values=AWS Lambda VPC ENI*'`",
  cost: "cents",
  check: async (trial) => {
    const { ec2, outputs } = trial;
    const { GroupId } = await ec2.createSecurityGroup({
      GroupName: `${trial.name}-short-lived`,
      Description: "A function that verify makes and deletes",
      VpcId: outputs.vpc_id,
    });
    await makeAndDeleteFunction(trial, GroupId!);
    const gone = Date.now();
    const refusal = await refusalOf(ec2.deleteSecurityGroup({ GroupId }));
    if (refusal === undefined) return confirmedIf(false, "its security group could be deleted at once");
    const Filters = [{ Name: "group-id", Values: [GroupId!] }];
    await trial.until("the function's interfaces are gone", 60, async () => {
      const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({ Filters });
      return NetworkInterfaces!.length === 0;
    });
    await ec2.deleteSecurityGroup({ GroupId });
    const minutes = (Date.now() - gone) / 60_000;
    return confirmedIf(
      minutes <= 45,
      `its interfaces were gone ${minutes.toFixed(1)} minutes after it; until then its security group: ${refusal}`,
    );
  },
} satisfies Claim;
