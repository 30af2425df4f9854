import { confirmedIf, outOfReach, type Claim } from "../claim";
import { thirdHsm } from "../third-hsm";

export default {
  text: "`cloudhsm:DeleteHsm` and `cloudhsm:DescribeBackups` take no resource in a policy; DeleteHsm works in EC2 in its caller's name",
  source: "«Actions, resources, and condition keys for AWS CloudHSM», Service Authorization Reference",
  byHand: "Deploy a schedule and let it remove an HSM",
  cost: "hsms",
  check: async (trial) => {
    const { address, creation, deletion } = await thirdHsm(trial);
    if (creation !== undefined) return outOfReach(creation);
    return confirmedIf(deletion === undefined, deletion ?? `the operator deleted the HSM at ${address}`);
  },
} satisfies Claim;
