import { confirmedIf, refusalOf, type Claim } from "../claim";
import { ADMIN } from "../trial";

export default {
  text: "Secrets Manager keeps the tags of a secret in DescribeSecret's answer while it rotates it, and takes a rotation function in a VPC",
  source: "«Lambda function rotation», Secrets Manager User Guide",
  byHand:
    "`aws secretsmanager rotate-secret --secret-id safe-storage/fs-…/fsxadmin`, then log in with the new password",
  cost: "hsms",
  check: async (trial) => {
    const { secrets, outputs } = trial;
    const SecretId = outputs.admin_secret_arn;
    const current = async () => {
      const { VersionIdsToStages, Tags } = await secrets.describeSecret({ SecretId });
      const [id] = Object.entries(VersionIdsToStages!).find(([, stages]) => stages.includes("AWSCURRENT"))!;
      return { id, tags: Tags?.length ?? 0 };
    };
    const before = await current();
    const refusal = await refusalOf(secrets.rotateSecret({ SecretId }));
    if (refusal !== undefined) return confirmedIf(false, refusal);
    let fewest = before.tags;
    await trial.until("the secret is rotated", 20, async () => {
      const { id, tags } = await current();
      fewest = Math.min(fewest, tags);
      return id !== before.id;
    });
    const [{ ok }] = await trial.cli([{ args: ["user", "list"], login: ADMIN }]);
    return confirmedIf(
      ok && fewest === before.tags,
      `rotated by the operator, which is in a VPC; ${fewest} of ${before.tags} tags meanwhile; the new password ${ok ? "works" : "fails"}`,
    );
  },
} satisfies Claim;
