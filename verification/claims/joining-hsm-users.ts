import { confirmedIf, outOfReach, type Claim } from "../claim";
import { thirdHsm } from "../third-hsm";

export default {
  text: "An HSM that is made while the others lack nothing has all their users; of which HSM AWS makes the clone is not said",
  source: "«Scaling», CloudHSM User Guide",
  byHand: "add an HSM, `safe-storage users audit`",
  cost: "hsms",
  check: async (trial) => {
    const { address, creation, coverage } = await thirdHsm(trial);
    if (creation !== undefined) return outOfReach(creation);
    return confirmedIf(coverage === "full", `the HSM at ${address}: a user from before is ${coverage}`);
  },
} satisfies Claim;
