import { confirmedIf, type Claim } from "../claim";
import { statusOf } from "../operator-status";

export default {
  text: "What runs of `cloudhsm-cli`'s package is in its `bin`, `lib` and `etc`",
  source: "none",
  byHand: "the layer's `status` action above",
  cost: "hsms",
  check: async (trial) => {
    const { users } = await statusOf(trial);
    return confirmedIf(users.length > 0, `user list: ${users.length} users`);
  },
} satisfies Claim;
