import type { Claim } from "../claim";
import { usersAreListed } from "../operator-status";

export default {
  text: "They find their libraries and configuration there although installed under `/opt/cloudhsm` by a package",
  source: "none",
  byHand: 'Build the layer, invoke the operator with `{"action":"status","clusterId":…,"trustAnchor":…}`',
  cost: "hsms",
  check: usersAreListed,
} satisfies Claim;
