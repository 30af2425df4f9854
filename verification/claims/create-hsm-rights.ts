import { confirmedIf, type Claim } from "../claim";
import { thirdHsm } from "../third-hsm";

export default {
  text: "`cloudhsm:CreateHsm` takes the cluster as its resource, and works in EC2 in its caller's name (`aws:ViaAWSService`)",
  source:
    "«Actions, resources, and condition keys for AWS CloudHSM», Service Authorization Reference, names the EC2 actions",
  byHand: "deploy with `hsmsOnDemand`, then run `ensure-hsms`",
  cost: "hsms",
  check: async (trial) => {
    const { address, creation } = await thirdHsm(trial);
    return confirmedIf(creation === undefined, creation ?? `the operator made an HSM at ${address}`);
  },
} satisfies Claim;
