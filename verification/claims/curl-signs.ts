import { confirmedIf, type Claim } from "../claim";
import { statusOf } from "../operator-status";

export default {
  text: "curl's SigV4 is accepted by CloudHSM (`cloudhsm`), KMS and Secrets Manager",
  source: "curl's manual, `--aws-sigv4`",
  byHand: "the `status` action above calls all but Secrets Manager; `activate` calls that",
  cost: "hsms",
  check: async (trial) => {
    const { cluster, keyStore } = await statusOf(trial);
    const { VersionIdsToStages } = await trial.secrets.describeSecret({
      SecretId: trial.outputs.admin_secret_arn,
    });
    const stored = Object.keys(VersionIdsToStages ?? {}).length;
    return confirmedIf(
      cluster.State === "ACTIVE" && keyStore !== null && stored > 0,
      `cluster ${cluster.State}, key store ${keyStore?.ConnectionState}, ${stored} versions of the admin's secret`,
    );
  },
} satisfies Claim;
