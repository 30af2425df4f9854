import type { Claim } from "../claim";

export default {
  text: "`CopyBackupToRegion` with tags asks `cloudhsm:TagResource` as well, for the copy's ARN, with `aws:RequestTag`; `DeleteBackup`, `ModifyBackupAttributes` and `RestoreBackup` can be narrowed by `aws:ResourceTag`",
  source: "«Actions, resources, and condition keys for AWS CloudHSM», Service Authorization Reference",
  byHand:
    "deploy with `backupReplication`, `safe-storage backups list`, then `safe-storage backups copy --region …` until an old copy is deleted",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
