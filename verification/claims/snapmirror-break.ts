import type { Claim } from "../claim";

export default {
  text: "FSx shows a data protection volume as `RW` after `snapmirror break`, and `UpdateVolume` gives it a junction path",
  source:
    "OntapVolumeType, Amazon FSx API Reference; «Replicating your data using NetApp SnapMirror», FSx for ONTAP User Guide",
  byHand: "docs/disaster-recovery.md, «The file system's data», whole",
  notInReach: "It takes ONTAP's own command line on two file systems.",
} satisfies Claim;
