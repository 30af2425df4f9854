import { confirmedIf, type Claim } from "../claim";

export default {
  text: "A replica of a secret wants `kms:GenerateDataKey` and `kms:Encrypt` on its key, called by Secrets Manager of one of the two regions (`kms:ViaService`)",
  source:
    "ReplicateSecretToRegions, Secrets Manager API Reference; the region in `kms:ViaService` is not said",
  byHand: "deploy with `backupReplication`: `replicate-secrets` says whether it was denied",
  cost: "hsms",
  check: async ({ secrets, copyRegion, outputs }) => {
    const { ReplicationStatus } = await secrets.describeSecret({ SecretId: outputs.admin_secret_arn });
    const replica = ReplicationStatus?.find(({ Region }) => Region === copyRegion);
    return confirmedIf(
      replica?.Status === "InSync",
      `the replica in ${copyRegion} is ${replica?.Status} ${replica?.StatusMessage ?? ""}`,
    );
  },
} satisfies Claim;
