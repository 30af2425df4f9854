import { confirmedIf, outOfReach, type Claim } from "../claim";
import { clone } from "../clone";

export default {
  text: "`user replicate` refuses a user whom the destination has already, and makes the user on every HSM of it",
  source: "«Replicate a user with CloudHSM CLI», CloudHSM User Guide, says neither",
  byHand: "two clones in one VPC, `replicate-users` twice, then `user list`",
  cost: "everything",
  check: async (trial) => {
    const { first, again, coverage } = await clone(trial);
    if (!first.replicated) return outOfReach(first.data);
    return confirmedIf(
      !again.replicated && coverage === "full",
      `the user in the clone: ${coverage}; once more: ${again.replicated ? "done" : again.data}`,
    );
  },
} satisfies Claim;
