import type { Claim } from "../claim";

export default {
  text: "GitHub and GitLab name runs in `sub` as `cdktf.json` of `examples/pipeline` shows them",
  source: "GitHub Docs, «OpenID Connect reference»; GitLab Docs, «Connect to cloud services»",
  byHand: "run the workflow once: a refusal is `Not authorized to perform sts:AssumeRoleWithWebIdentity`",
  notInReach: "It takes a pipeline of GitHub or GitLab.",
} satisfies Claim;
