import type { Claim } from "../claim";

export default {
  text: "A file system's security groups need not be known to Terraform after an import",
  source: "the provider's documentation of `aws_fsx_ontap_file_system`",
  byHand: "`terraform plan` after `safe-storage deploy` has adopted one",
  notInReach: "It takes a deploy that was interrupted while FSx made the file system.",
} satisfies Claim;
