import type { Claim } from "../claim";

export default {
  text: "`cloudhsm:CreateHsm` takes the cluster as its resource, and works in EC2 in its caller's name (`aws:ViaAWSService`)",
  source:
    "«Actions, resources, and condition keys for AWS CloudHSM», Service Authorization Reference, names the EC2 actions",
  byHand: "deploy with `hsmsOnDemand`, then run `ensure-hsms`",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
