import type { Claim } from "../claim";

export default {
  text: "Texts of error messages of the local cloud, where botocore's models give only the error's code",
  source: "none",
  byHand: "compare with `aws … 2>&1` for the same mistake",
  notInReach: "It is no single claim: the recording of a run is compared with the local cloud instead.",
} satisfies Claim;
