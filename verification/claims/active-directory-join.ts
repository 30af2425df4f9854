import type { Claim } from "../claim";

export default {
  text: "A join by UpdateStorageVirtualMachine ends with the directory in `ActiveDirectoryConfiguration` and Lifecycle CREATED, or with MISCONFIGURED and a LifecycleTransitionReason, within 15 minutes",
  source: "StorageVirtualMachine, FSx API Reference; hashicorp/terraform-provider-aws#29845",
  byHand: "deploy with `activeDirectory`; `aws fsx describe-storage-virtual-machines`",
  notInReach: "It takes an Active Directory.",
} satisfies Claim;
