import type { Claim } from "../claim";

export default {
  text: "A session on an HSM ends with the connection of the client that opened it",
  source: "none found; HSMs keep sessions by connection",
  byHand: "kill a `cloudhsm-cli interactive` that is logged in, then change that user's password",
  notInReach:
    "The connection of a client that is killed in a function ends when AWS takes that function down, which nobody sees.",
} satisfies Claim;
