import type { Claim } from "../claim";

export default {
  text: "A KMS key more than an HSM holds is refused with `LimitExceededException`",
  source: "CreateKey's list of errors, KMS API Reference, has no other that fits",
  byHand: "a cluster of `hsm1.medium` with 3,300 keys",
  notInReach: "It takes 3,300 keys in a cluster of `hsm1.medium`, which nobody can make any longer.",
} satisfies Claim;
