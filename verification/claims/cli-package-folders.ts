import type { Claim } from "../claim";
import { usersAreListed } from "../operator-status";

export default {
  text: "What runs of `cloudhsm-cli`'s package is in its `bin`, `lib` and `etc`",
  source: "none",
  byHand: "the layer's `status` action above",
  cost: "hsms",
  check: usersAreListed,
} satisfies Claim;
