import type { Claim } from "../claim";

export default {
  text: "A cluster without any HSM stays ACTIVE, and CreateHsm then restores its newest backup",
  source: "«Create an HSM», «Backups», CloudHSM User Guide",
  byHand: '`"keep": 0` on a cluster without a key store, over a night',
  notInReach: "The command does not check it yet.",
} satisfies Claim;
