import type { Claim } from "../claim";

export default {
  text: "`user replicate` refuses a user whom the destination has already, and makes the user on every HSM of it",
  source: "«Replicate a user with CloudHSM CLI», CloudHSM User Guide, says neither",
  byHand: "two clones in one VPC, `replicate-users` twice, then `user list`",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
