import type { Claim } from "../claim";

export default {
  text: "A deleted HSM's address is free for the next one as soon as it is gone from DescribeClusters",
  source: "none",
  byHand: "Let a schedule remove and restore an HSM; the notice would name another address",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
