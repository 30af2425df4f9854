import type { Claim } from "../claim";

export default {
  text: "The HSM that replaces a failed one before initialisation leaves `ClusterCsr` empty until it is ACTIVE",
  source: "none; that its CSR is another one: aws-samples/aws-cloudhsm-cloudformation-template#15",
  byHand: "none: nobody can ask AWS for it",
  notInReach: "Nobody can ask AWS to replace an HSM.",
} satisfies Claim;
