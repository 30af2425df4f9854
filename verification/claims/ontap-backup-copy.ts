import { FSx } from "@aws-sdk/client-fsx";
import { confirmedIf, refusalOf, type Claim } from "../claim";
import { withVolume } from "../volumes";

export default {
  text: "Backups of FSx for ONTAP cannot be copied to another region",
  source: "CopyBackup, FSx API Reference, names the guides of Windows, Lustre and OpenZFS only",
  byHand: "`aws fsx copy-backup` of one",
  cost: "everything",
  check: async (trial) => {
    const { fsx, tags } = trial;
    return withVolume(trial, "verify_copied", async (VolumeId) => {
      const { Backup } = await fsx.createBackup({
        VolumeId,
        Tags: tags,
      });
      const SourceBackupId = Backup!.BackupId!;
      await trial.until("the backup", 60, async () => {
        const { Backups } = await fsx.describeBackups({ BackupIds: [SourceBackupId] });
        return Backups![0].Lifecycle === "AVAILABLE";
      });
      const elsewhere = new FSx({ region: trial.region === "eu-west-1" ? "eu-central-1" : "eu-west-1" });
      const refusal = await refusalOf(elsewhere.copyBackup({ SourceBackupId, SourceRegion: trial.region }));
      await fsx.deleteBackup({ BackupId: SourceBackupId });
      return confirmedIf(refusal !== undefined, refusal ?? "the copy was begun");
    });
  },
} satisfies Claim;
