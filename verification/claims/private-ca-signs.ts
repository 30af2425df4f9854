import type { Claim } from "../claim";

export default {
  text: "AWS Private CA keeps the CSR's subject and signs HSMs' CSRs with EndEntityCertificate/V1",
  source: "IssueCertificate, AWS Private CA API Reference",
  byHand: "deploy with `acmPcaSigner`",
  notInReach: "An authority of AWS Private CA costs by the month.",
} satisfies Claim;
