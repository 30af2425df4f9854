import type { Claim } from "../claim";

export default {
  text: "The manufacturer's root of `hsm2m.medium` is Marvell's `mrvl-rsa-LS2-AR-v1.crt`",
  source: "a user's report",
  byHand:
    "«Verify the identity and authenticity of your cluster's HSM», CloudHSM User Guide, names the manufacturer's root; deploy with it",
  reported:
    "confirmed: the issuer was `CN=mrvl-ls2-root-AR-v1`, and OpenSSL verified the chain to that root, in a lab of August 2026 in af-south-1",
  notInReach:
    "The certificates are shown before the initialisation only, which the same deploy does: one with --aws-root and --manufacturer-root stops where this does not hold.",
} satisfies Claim;
