import type { Claim } from "../claim";

export default {
  text: "The third generation's types are known to AWS provider 6",
  source: "botocore's model has them; no version of the provider was read for it",
  byHand: "`terraform plan` with `SINGLE_AZ_3`",
  notInReach: "It takes another version of the provider, not of AWS.",
} satisfies Claim;
