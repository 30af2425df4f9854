import type { Volume } from "@aws-sdk/client-fsx";
import type { Trial } from "./trial";

const MINUTES = 30;
/** The smallest of a FlexVol volume: SizeInMegabytes, CreateOntapVolumeConfiguration, Amazon FSx API Reference. */
const MEGABYTES = 20;

/** A volume of the trial's file system, as long as the check needs it. One that an interrupted check has left goes first. */
export async function withVolume<Seen>(
  trial: Trial,
  name: string,
  check: (volumeId: string) => Promise<Seen>,
): Promise<Seen> {
  const { fsx, outputs } = trial;
  await deleteVolume(trial, name);
  const { Volume } = await fsx.createVolume({
    Name: name,
    VolumeType: "ONTAP",
    OntapConfiguration: {
      StorageVirtualMachineId: outputs.storage_virtual_machine_id,
      SizeInMegabytes: MEGABYTES,
      JunctionPath: `/${name}`,
      StorageEfficiencyEnabled: true,
    },
  });
  const VolumeId = Volume!.VolumeId!;
  try {
    await trial.until(
      "the volume is made",
      MINUTES,
      async () => (await volumeOf(trial, VolumeId))?.Lifecycle === "CREATED",
    );
    return await check(VolumeId);
  } finally {
    await deleteVolume(trial, VolumeId);
  }
}

/** A backup of such a volume, which is still there. */
export const withVolumeBackup = <Seen>(
  trial: Trial,
  check: (backupId: string) => Promise<Seen>,
): Promise<Seen> =>
  withVolume(trial, "verify_backed_up", async (VolumeId) => {
    const { fsx, tags } = trial;
    const BackupId = (await fsx.createBackup({ VolumeId, Tags: tags })).Backup!.BackupId!;
    try {
      await trial.until("the backup is made", MINUTES, async () => {
        const { Backups } = await fsx.describeBackups({ BackupIds: [BackupId] });
        return Backups![0].Lifecycle === "AVAILABLE";
      });
      return await check(BackupId);
    } finally {
      await fsx.deleteBackup({ BackupId });
    }
  });

/** As DescribeVolumes has it, by its id or its name; undefined once it is gone. */
export async function volumeOf({ fsx, outputs }: Trial, idOrName: string): Promise<Volume | undefined> {
  const Filters = [{ Name: "file-system-id" as const, Values: [outputs.file_system_id] }];
  const { Volumes } = await fsx.describeVolumes({ Filters });
  return Volumes!.find(({ VolumeId, Name }) => VolumeId === idOrName || Name === idOrName);
}

/** By its id or its name, if it is there: without a final backup, and waits until it is gone. */
export async function deleteVolume(trial: Trial, idOrName: string): Promise<void> {
  const left = await volumeOf(trial, idOrName);
  if (left && left.Lifecycle !== "DELETING")
    await trial.fsx.deleteVolume({
      VolumeId: left.VolumeId,
      OntapConfiguration: { SkipFinalBackup: true },
    });
  await trial.until(
    "the volume is deleted",
    MINUTES,
    async () => (await volumeOf(trial, idOrName)) === undefined,
  );
}
