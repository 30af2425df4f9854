// A volume that the probe restores from a backup and deletes again, by the rights that an operator has for it and no more.

import { oncePerTrial } from "./once-per-trial";
import { deleteVolume, volumeOf, withVolumeBackup } from "./volumes";

const NAME = "verify_restored";
const MINUTES = 60;

export interface Restore {
  /** Undefined where the call was granted, else its error. */
  creation?: string;
  /** What became of the volume. */
  lifecycle?: string;
  /** A deletion with a final backup, which the probe has no right to. */
  deletionWithBackup?: string;
  /** One without it. */
  deletion?: string;
}

export const restoreByProbe = oncePerTrial((trial) =>
  withVolumeBackup<Restore>(trial, async (BackupId) => {
    const { outputs, tags } = trial;
    const fsx = async (operation: string, body: object) => {
      const target = `AWSSimbaAPIService_v20180301.${operation}`;
      const { ok, code, message } = await trial.call("fsx", "fsx", target, body);
      return ok ? undefined : `${code}: ${message}`;
    };
    await deleteVolume(trial, NAME);
    const creation = await fsx("CreateVolumeFromBackup", {
      BackupId,
      Name: NAME,
      OntapConfiguration: {
        StorageVirtualMachineId: outputs.storage_virtual_machine_id,
        SizeInMegabytes: 20,
        JunctionPath: `/${NAME}`,
        StorageEfficiencyEnabled: true,
      },
      Tags: tags,
    });
    if (creation !== undefined) return { creation };
    const { VolumeId, Lifecycle } = await trial.until("the restore", MINUTES, async () => {
      const volume = await volumeOf(trial, NAME);
      return volume?.Lifecycle !== "CREATING" && volume;
    });
    try {
      const deletionWithBackup = await fsx("DeleteVolume", {
        VolumeId,
        OntapConfiguration: { FinalBackupTags: tags },
      });
      const deletion = await fsx("DeleteVolume", { VolumeId, OntapConfiguration: { SkipFinalBackup: true } });
      return { lifecycle: Lifecycle, deletionWithBackup, deletion };
    } finally {
      await deleteVolume(trial, VolumeId!);
    }
  }),
);
