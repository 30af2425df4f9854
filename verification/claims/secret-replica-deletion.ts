import { confirmedIf, refusalOf, type Claim } from "../claim";
import { withSecret } from "../trial-secret";

export default {
  text: "A secret with replicas is deleted once its replicas are, which Terraform's provider does first",
  source: "DeleteSecret, Secrets Manager API Reference; the provider's source",
  byHand: "destroy such a deployment with `deletionPolicy` `delete`",
  cost: "cents",
  check: (trial) =>
    withSecret(trial, async (SecretId) => {
      const { secrets, copyRegion } = trial;
      await secrets.replicateSecretToRegions({ SecretId, AddReplicaRegions: [{ Region: copyRegion }] });
      const early = await refusalOf(secrets.deleteSecret({ SecretId, ForceDeleteWithoutRecovery: true }));
      const removal = await refusalOf(
        secrets.removeRegionsFromReplication({ SecretId, RemoveReplicaRegions: [copyRegion] }),
      );
      return confirmedIf(
        early !== undefined && removal === undefined,
        `with a replica: ${early ?? "deleted"}; the replica: ${removal ?? "removed, then the secret deleted"}`,
      );
    }),
} satisfies Claim;
