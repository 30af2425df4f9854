import type { Claim } from "../claim";

export default {
  text: "A replica of a secret wants `kms:GenerateDataKey` and `kms:Encrypt` on its key, called by Secrets Manager of one of the two regions (`kms:ViaService`)",
  source:
    "ReplicateSecretToRegions, Secrets Manager API Reference; the region in `kms:ViaService` is not said",
  byHand: "deploy with `backupReplication`: `replicate-secrets` says whether it was denied",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
