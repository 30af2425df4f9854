import type { Claim } from "../claim";

export default {
  text: "The manufacturer's root of `hsm2m.medium` is Marvell's `mrvl-rsa-LS2-AR-v1.crt`",
  source: "a user's report",
  byHand:
    "«Verify the identity and authenticity of your cluster's HSM», CloudHSM User Guide, names the manufacturer's root; deploy with it",
  notInReach:
    "The certificates are shown before the initialisation only, which the same deploy does: one with --aws-root and --manufacturer-root stops where this does not hold.",
} satisfies Claim;
