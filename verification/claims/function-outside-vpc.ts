import type { Claim } from "../claim";

export default {
  text: "A function in no VPC reaches CloudHSM's API of its own and of another region, with its role alone",
  source:
    "«Giving Lambda functions access to resources in an Amazon VPC»: without one a function has AWS's network",
  byHand: "deploy with `backupReplication`, `safe-storage backups list`",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
