import type { Claim } from "../claim";

export default {
  text: "NetApp Trident works with the rights of `examples/kubernetes`, and EKS sends the session tags that its role asks for",
  source:
    "«Configure the Storage Backend», NetApp Trident documentation; «Assign an IAM role to a Kubernetes service account», Amazon EKS User Guide",
  byHand: "the README of the example",
  notInReach: "It takes a Kubernetes cluster.",
} satisfies Claim;
