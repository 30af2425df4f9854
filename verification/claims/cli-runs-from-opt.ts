import { confirmedIf, type Claim } from "../claim";

export default {
  text: "`cloudhsm-cli` and `configure-cli` run in Lambda from `/opt/cloudhsm`, with `etc`, `log` and `run` led to `/tmp/cloudhsm` by symbolic links",
  source: "none",
  byHand: 'Build the layer, invoke the operator with `{"action":"status","clusterId":…,"trustAnchor":…}`',
  cost: "cents",
  check: async (trial) => {
    const { versions } = await trial.probe({ probe: "programs" });
    const cli = versions["cloudhsm-cli"];
    return confirmedIf(cli !== "", cli || "cloudhsm-cli does not run");
  },
} satisfies Claim;
