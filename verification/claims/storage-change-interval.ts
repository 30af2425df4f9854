import type { Claim } from "../claim";

export default {
  text: "The storage of an ONTAP file system, its IOPS and throughput can be changed again six hours after the last change",
  source: "«Considerations», FSx for ONTAP User Guide, as remembered",
  byHand: "change the storage twice",
  notInReach: "It takes six hours.",
} satisfies Claim;
