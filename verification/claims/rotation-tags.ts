import type { Claim } from "../claim";

export default {
  text: "Secrets Manager keeps the tags of a secret in DescribeSecret's answer while it rotates it, and takes a rotation function in a VPC",
  source: "«Lambda function rotation», Secrets Manager User Guide",
  byHand:
    "`aws secretsmanager rotate-secret --secret-id safe-storage/fs-…/fsxadmin`, then log in with the new password",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
