import { confirmedIf, refusalOf, type Claim } from "../claim";
import { deleteVolume, volumeOf, withVolumeBackup } from "../volumes";

export default {
  text: "A volume that cannot be restored from a backup ends as `FAILED` with a `LifecycleTransitionReason`",
  source: "Lifecycle, Volume, Amazon FSx API Reference",
  byHand: "disable the key, then `safe-storage backups restore BACKUP --volume NAME`",
  cost: "everything",
  check: (trial) =>
    withVolumeBackup(trial, async (BackupId) => {
      const { fsx, kms, outputs } = trial;
      let VolumeId = "";
      await kms.disableKey({ KeyId: outputs.file_system_key_arn });
      try {
        const refusal = await refusalOf(
          fsx
            .createVolumeFromBackup({
              BackupId,
              Name: "verify_failed",
              OntapConfiguration: {
                StorageVirtualMachineId: outputs.storage_virtual_machine_id,
                SizeInMegabytes: 20,
                JunctionPath: "/verify_failed",
                StorageEfficiencyEnabled: true,
              },
            })
            .then(({ Volume }) => (VolumeId = Volume!.VolumeId!)),
        );
        if (refusal !== undefined) return confirmedIf(false, `with a disabled key: ${refusal}`);
        const { Lifecycle, LifecycleTransitionReason } = await trial.until("the restore", 60, async () => {
          const volume = await volumeOf(trial, VolumeId);
          return volume?.Lifecycle !== "CREATING" && volume;
        });
        const reason = LifecycleTransitionReason?.Message;
        return confirmedIf(
          Lifecycle === "FAILED" && Boolean(reason),
          `with a disabled key the volume is ${Lifecycle}: ${reason}`,
        );
      } finally {
        await kms.enableKey({ KeyId: outputs.file_system_key_arn });
        if (VolumeId) await deleteVolume(trial, VolumeId);
      }
    }),
} satisfies Claim;
