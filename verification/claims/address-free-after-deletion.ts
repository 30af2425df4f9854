import { confirmedIf, outOfReach, type Claim } from "../claim";
import { thirdHsm } from "../third-hsm";

export default {
  text: "A deleted HSM's address is free for the next one as soon as it is gone from DescribeClusters",
  source: "none",
  byHand: "Let a schedule remove and restore an HSM; the notice would name another address",
  cost: "hsms",
  check: async (trial) => {
    const { address, creation, deletion, again } = await thirdHsm(trial);
    const before = creation ?? deletion;
    if (before !== undefined) return outOfReach(before);
    return confirmedIf(again === undefined, again ?? `another HSM was made at ${address} at once`);
  },
} satisfies Claim;
