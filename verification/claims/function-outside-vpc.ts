import { confirmedIf, refusalOf, type Claim } from "../claim";

export default {
  text: "A function in no VPC reaches CloudHSM's API of its own and of another region, with its role alone",
  source:
    "«Giving Lambda functions access to resources in an Amazon VPC»: without one a function has AWS's network",
  byHand: "deploy with `backupReplication`, `safe-storage backups list`",
  cost: "hsms",
  check: async (trial) => {
    const refusal = await refusalOf(
      trial.copier({ action: "newest-copy", clusterId: trial.outputs.cluster_id }),
    );
    return confirmedIf(refusal === undefined, refusal ?? `it has copied a backup to ${trial.copyRegion}`);
  },
} satisfies Claim;
