import type { Claim } from "../claim";

export default {
  text: "A volume that cannot be restored from a backup ends as `FAILED` with a `LifecycleTransitionReason`",
  source: "Lifecycle, Volume, Amazon FSx API Reference",
  byHand: "disable the key, then `safe-storage backups restore BACKUP --volume NAME`",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
