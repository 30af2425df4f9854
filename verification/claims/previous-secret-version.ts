import { confirmedIf, type Claim } from "../claim";
import { withSecret } from "../trial-secret";

export default {
  text: "A secret's version that has lost AWSCURRENT is AWSPREVIOUS and can still be read",
  source: "UpdateSecretVersionStage, Secrets Manager API Reference",
  byHand: "`aws secretsmanager get-secret-value --version-stage AWSPREVIOUS` after a rotation",
  cost: "cents",
  check: async (trial) => {
    const { secrets } = trial;
    return withSecret(trial, async (SecretId) => {
      await secrets.putSecretValue({ SecretId, SecretString: "second" });
      const answer = await secrets.getSecretValue({ SecretId, VersionStage: "AWSPREVIOUS" });
      return confirmedIf(answer.SecretString === "first", `AWSPREVIOUS is «${answer.SecretString}»`);
    });
  },
} satisfies Claim;
