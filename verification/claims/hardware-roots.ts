import type { Claim } from "../claim";

export default {
  text: "AWS's and the manufacturer's hardware certificates are CA certificates (basicConstraints), and both of one key",
  source:
    "«Verify the identity and authenticity of your cluster's HSM», CloudHSM User Guide, verifies the HSM's certificate against both",
  byHand:
    "the first deploy with real roots; `openssl x509 -ext basicConstraints` of both certificates of an uninitialised cluster",
  reported:
    "confirmed: OpenSSL verified the HSM's certificate by both chains, in a lab of August 2026 in af-south-1",
  notInReach:
    "The certificates are shown before the initialisation only, which the same deploy does: one with --aws-root and --manufacturer-root stops where this does not hold.",
} satisfies Claim;
