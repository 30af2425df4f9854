import type { Claim } from "../claim";

export default {
  text: "`cloudhsm:DeleteHsm` and `cloudhsm:DescribeBackups` take no resource in a policy; DeleteHsm works in EC2 in its caller's name",
  source: "«Actions, resources, and condition keys for AWS CloudHSM», Service Authorization Reference",
  byHand: "Deploy a schedule and let it remove an HSM",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
