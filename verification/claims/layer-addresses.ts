import type { Claim } from "../claim";

export default {
  text: "The addresses in `command/assets/layer/packages` answer with the pinned files",
  source:
    "AWS's page for `cloudhsm-cli`; jq's release page; snapshot.debian.org's addresses by SHA-1, of files that were here",
  byHand: "`safe-storage build-layer`, and with `--architecture arm64`",
  notInReach: "It takes no account: `safe-storage build-layer` downloads from them.",
} satisfies Claim;
