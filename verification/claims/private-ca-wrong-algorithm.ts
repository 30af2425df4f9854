import type { Claim } from "../claim";

export default {
  text: "IssueCertificate refuses an algorithm that does not fit the CA's key with InvalidArgsException",
  source: "IssueCertificate, AWS Private CA API Reference, has the rule, and not which error",
  byHand: "`aws acm-pca issue-certificate --signing-algorithm SHA256WITHRSA` on an ECDSA CA",
  notInReach: "An authority of AWS Private CA costs by the month.",
} satisfies Claim;
