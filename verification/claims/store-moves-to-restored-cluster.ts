import { confirmedIf, type Claim } from "../claim";
import { clone } from "../clone";

export default {
  text: "A store whose cluster is deleted can be disconnected, and moved to a cluster from one of its backups by UpdateCustomKeyStore without another step",
  source:
    "UpdateCustomKeyStore, KMS API Reference; «Edit AWS CloudHSM key store settings», KMS Developer Guide",
  byHand: "a test cluster with one key: encrypt, delete HSMs and cluster, `safe-storage recover`, decrypt",
  cost: "everything",
  check: async (trial) => {
    const { move } = await clone(trial);
    return confirmedIf(
      move === undefined,
      move ?? "moved to a clone, decrypted there, and moved back; its own cluster was not deleted",
    );
  },
} satisfies Claim;
