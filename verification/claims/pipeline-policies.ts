import type { Claim } from "../claim";

export default {
  text: "The policies of `examples/pipeline` are enough for a deploy, a plan, a change and a destroy",
  source:
    "the calls that the local cloud has recorded of Terraform and the command; «Actions, resources, and condition keys» of each service, from memory",
  byHand: "run the workflow once, and search CloudTrail for `AccessDenied` of both roles",
  notInReach: "It takes a pipeline of GitHub or GitLab, and CloudTrail.",
} satisfies Claim;
