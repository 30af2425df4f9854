import { confirmedIf, type Claim } from "../claim";
import { newestCopy } from "../copies";

export default {
  text: "DescribeBackups shows a copy with the tags that it was given, and `SourceCluster`",
  source: "CopyBackupToRegion and Backup, CloudHSM API Reference",
  byHand:
    "deploy with `backupReplication`, `safe-storage backups list`, then `safe-storage backups copy --region …` until an old copy is deleted; `aws cloudhsmv2 describe-backups --region …`",
  cost: "hsms",
  check: async (trial) => {
    const { BackupId, TagList, SourceCluster } = await newestCopy(trial);
    const tag = TagList?.find(({ Key }) => Key === "SafeStorageCopyOf")?.Value;
    const { cluster_id } = trial.outputs;
    return confirmedIf(
      tag === cluster_id && SourceCluster === cluster_id,
      `${BackupId} in ${trial.copyRegion}: SafeStorageCopyOf ${tag}, SourceCluster ${SourceCluster}`,
    );
  },
} satisfies Claim;
