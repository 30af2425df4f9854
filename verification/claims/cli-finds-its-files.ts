import { confirmedIf, type Claim } from "../claim";
import { statusOf } from "../operator-status";

export default {
  text: "They find their libraries and configuration there although installed under `/opt/cloudhsm` by a package",
  source: "none",
  byHand: 'Build the layer, invoke the operator with `{"action":"status","clusterId":…,"trustAnchor":…}`',
  cost: "hsms",
  check: async (trial) => {
    const { users } = await statusOf(trial);
    return confirmedIf(users.length > 0, `user list: ${users.length} users`);
  },
} satisfies Claim;
