import type { Claim } from "../claim";

export default {
  text: "The rules of a cluster's security group may be made again by hand: TCP 2223-2225 from and to itself",
  source:
    "«Reconfigure the default security group», CloudHSM User Guide; CloudHsmClusterInvalidConfigurationException, KMS API Reference",
  byHand: "revoke both rules, `safe-storage deploy`, `aws kms connect-custom-key-store`",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
