import type { Claim } from "../claim";

export default {
  text: "A store whose cluster is deleted can be disconnected, and moved to a cluster from one of its backups by UpdateCustomKeyStore without another step",
  source:
    "UpdateCustomKeyStore, KMS API Reference; «Edit AWS CloudHSM key store settings», KMS Developer Guide",
  byHand: "a test cluster with one key: encrypt, delete HSMs and cluster, `safe-storage recover`, decrypt",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
