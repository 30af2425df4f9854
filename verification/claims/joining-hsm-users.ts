import type { Claim } from "../claim";

export default {
  text: "An HSM that is made while the others lack nothing has all their users; of which HSM AWS makes the clone is not said",
  source: "«Scaling», CloudHSM User Guide",
  byHand: "add an HSM, `safe-storage users audit`",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
