import type { Claim } from "../claim";

export default {
  text: "AWS takes a backup of a cluster with an HSM at least once every 24 hours",
  source: "«AWS CloudHSM cluster backups», CloudHSM User Guide",
  byHand: "the alarm `NAME-backups-recovery-point` stays OK for a week at 26 hours",
  notInReach: "It takes more than a day.",
} satisfies Claim;
