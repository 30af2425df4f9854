import type { Claim } from "../claim";

export default {
  text: "Security group rules that name another group do not match a Multi-AZ file system's floating addresses as a destination",
  source: "«Security group referencing», Amazon VPC User Guide: addresses of the network interfaces",
  byHand: "mount from a client whose egress rule names the file system's group",
  notInReach: "It takes a client in the VPC that mounts the file system.",
} satisfies Claim;
