import type { Claim } from "../claim";

export default {
  text: "A session on an HSM ends with the connection of the client that opened it",
  source: "none found; HSMs keep sessions by connection",
  byHand: "kill a `cloudhsm-cli interactive` that is logged in, then change that user's password",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
