import { confirmedIf, refusalOf, type Claim } from "../claim";

export default {
  text: "`admin` may change its own password with `user change-password` while that very command is logged in as admin",
  source: "«user change-password», CloudHSM User Guide: an admin may change any user's",
  byHand: "`rotate-admin-password` on a test cluster",
  cost: "hsms",
  check: async (trial) => {
    const { cluster_id, trust_anchor, admin_secret_arn } = trial.outputs;
    const refusal = await refusalOf(
      trial.operator({
        action: "rotate-admin-password",
        clusterId: cluster_id,
        trustAnchor: trust_anchor,
        adminSecretArn: admin_secret_arn,
        passwordLength: "32",
      }),
    );
    return confirmedIf(refusal === undefined, refusal ?? "changed, and logged in with the new one");
  },
} satisfies Claim;
