import type { Claim } from "../claim";

export default {
  text: "A secret with replicas is deleted once its replicas are, which Terraform's provider does first",
  source: "DeleteSecret, Secrets Manager API Reference; the provider's source",
  byHand: "destroy such a deployment with `deletionPolicy` `delete`",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
