import type { Claim } from "../claim";

export default {
  text: "`cloudhsm-cli` 5.18.0 for Amazon Linux 2023 is signed by Amazon Linux 2023's key",
  source: "none: AWS publishes its digest (the one that is pinned), and says nothing of a signature",
  byHand:
    "`safe-storage build-layer`; where it says «not signed», `command/assets/layer/packages` says what to do",
  notInReach: "It takes no account: `safe-storage build-layer` looks at the signature.",
} satisfies Claim;
