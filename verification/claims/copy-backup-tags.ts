import type { Claim } from "../claim";

export default {
  text: "DescribeBackups shows a copy with the tags that it was given, and `SourceCluster`",
  source: "CopyBackupToRegion and Backup, CloudHSM API Reference",
  byHand:
    "deploy with `backupReplication`, `safe-storage backups list`, then `safe-storage backups copy --region …` until an old copy is deleted; `aws cloudhsmv2 describe-backups --region …`",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
