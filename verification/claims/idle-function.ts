import type { Claim } from "../claim";

export default {
  text: "Of an operator that was idle for weeks the first call fails with `ResourceNotReadyException`, and Terraform's provider and the scripts come through",
  source:
    "ResourceNotReadyException, Invoke, Lambda API Reference; «Lambda function states», Developer Guide",
  byHand:
    "leave a deployment without schedule and monitoring alone for some weeks, until `aws lambda get-function` says Inactive, then `safe-storage backups list`",
  notInReach: "It takes weeks.",
} satisfies Claim;
