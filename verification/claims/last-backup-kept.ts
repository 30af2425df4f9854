import type { Claim } from "../claim";

export default {
  text: "A cluster's last backup is never expired by its retention policy",
  source: "«Managing backups», CloudHSM User Guide, as remembered",
  byHand: "a cluster without HSMs, older than its retention: `aws cloudhsmv2 describe-backups`",
  notInReach: "It takes a cluster that is older than its retention, some days at least.",
} satisfies Claim;
