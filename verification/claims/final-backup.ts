import { confirmedIf, type Claim } from "../claim";
import { withVolume } from "../volumes";

export default {
  text: "DeleteVolume takes a final backup of a volume of ONTAP unless told otherwise, which outlives the file system",
  source: "DeleteVolumeOntapConfiguration, FSx API Reference",
  byHand: "destroy a stack with a volume, then `aws fsx describe-backups`",
  cost: "everything",
  check: async (trial) => {
    const { fsx, tags } = trial;
    let made: string | undefined;
    await withVolume(trial, "verify_final", async (id) => {
      made = id;
      await fsx.deleteVolume({ VolumeId: id, OntapConfiguration: { FinalBackupTags: tags } });
      return confirmedIf(true, "");
    });
    const { Backups } = await fsx.describeBackups({ Filters: [{ Name: "volume-id", Values: [made!] }] });
    for (const { BackupId } of Backups!) {
      await trial.until("the final backup", 60, async () => {
        const again = await fsx.describeBackups({ BackupIds: [BackupId!] });
        return again.Backups![0].Lifecycle === "AVAILABLE";
      });
      await fsx.deleteBackup({ BackupId });
    }
    return confirmedIf(Backups!.length === 1, `${Backups!.length} backups of a volume that was deleted`);
  },
} satisfies Claim;
