import type { Claim } from "../claim";

export default {
  text: "NVMe over TCP needs TCP 4420 and 8009, SnapMirror TCP 443, 11104, 11105 and ICMP both ways",
  source: "NetApp's documents of ONTAP; «File system access control with Amazon VPC» names 11104 and 11105",
  byHand: "connect a host by NVMe, and replicate a volume between two file systems",
  notInReach: "It takes hosts of NVMe, and ONTAP's own command line.",
} satisfies Claim;
