import { confirmedIf, refusalOf, type Claim } from "../claim";
import { newestCopy } from "../copies";

export default {
  text: "`CopyBackupToRegion` with tags asks `cloudhsm:TagResource` as well, for the copy's ARN, with `aws:RequestTag`; `DeleteBackup`, `ModifyBackupAttributes` and `RestoreBackup` can be narrowed by `aws:ResourceTag`",
  source: "«Actions, resources, and condition keys for AWS CloudHSM», Service Authorization Reference",
  byHand:
    "deploy with `backupReplication`, `safe-storage backups list`, then `safe-storage backups copy --region …` until an old copy is deleted",
  cost: "hsms",
  check: async (trial) => {
    const clusterId = trial.outputs.cluster_id;
    const { BackupId: backupId } = await newestCopy(trial);
    const keep = (neverExpires: string) =>
      trial.copier({ action: "set-backup-expiry", clusterId, backupId, neverExpires });
    const refusal = await refusalOf(keep("true").then(() => keep("false")));
    return confirmedIf(
      refusal === undefined,
      refusal ?? "copied with a tag, and ModifyBackupAttributes of the copy; no copy was deleted",
    );
  },
} satisfies Claim;
