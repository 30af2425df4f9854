import type { Claim } from "../claim";

export default {
  text: "A cluster takes a certificate and trust anchor of ECDSA (`signingAlgorithm` `SHA…WITHECDSA` of `AcmPcaSigner`)",
  source: "none; AWS's own instructions have RSA",
  byHand: "an `AcmPcaSigner` with an ECDSA root, deployed up to the initialisation",
  notInReach: "It takes an authority of AWS Private CA.",
} satisfies Claim;
