import { confirmedIf, type Claim } from "../claim";
import { withSecret } from "../trial-secret";

export default {
  text: "UpdateSecret with a description alone makes no version of the secret",
  source: "UpdateSecret, Secrets Manager API Reference",
  byHand: "`aws secretsmanager list-secret-version-ids` of the operator's lock after a long run",
  cost: "cents",
  check: async (trial) => {
    const { secrets } = trial;
    return withSecret(trial, async (SecretId) => {
      await secrets.updateSecret({ SecretId, Description: "another" });
      const { Versions } = await secrets.listSecretVersionIds({ SecretId, IncludeDeprecated: true });
      return confirmedIf(Versions!.length === 1, `${Versions!.length} versions`);
    });
  },
} satisfies Claim;
