import type { Claim } from "../claim";

export default {
  text: "`latest-releases.md` of the CloudHSM User Guide keeps its form: a line for each package with its address and SHA-256",
  source: "the page, as of 2026-11-27",
  byHand: "`scripts/update-packages`",
  notInReach: "It takes no account: `scripts/update-packages` reads the page.",
} satisfies Claim;
