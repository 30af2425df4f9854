import type { Claim } from "../claim";

export default {
  text: "`.devcontainer/devcontainer.json` makes a container in which `scripts/check` passes, and `renovate.json` is what Renovate wants",
  source: "the documents of both",
  byHand:
    "open the repository in VS Code with the Dev Containers extension and run `scripts/check`; `npx renovate-config-validator`",
  notInReach: "It is about programs of others, not about AWS.",
} satisfies Claim;
