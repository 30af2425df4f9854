import type { Claim } from "../claim";

export default {
  text: "`fsx:DescribeFileSystems` takes no resource in a policy; FSx has an interface endpoint `com.amazonaws.REGION.fsx`",
  source:
    "«Actions, resources, and condition keys for Amazon FSx», Service Authorization Reference; «Interface VPC endpoints», FSx User Guide",
  byHand: "deploy with `monitoring`; the operator's log has no denial",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
