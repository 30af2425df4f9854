import type { Claim } from "../claim";

export default {
  text: "A session on an HSM ends with the connection of the client that opened it",
  source: "none found; HSMs keep sessions by connection",
  byHand: "kill a `cloudhsm-cli interactive` that is logged in, then change that user's password",
  notInReach:
    "What matters is a client in a function that has reached its time limit: its connection ends when AWS takes the function down, which nobody sees.",
} satisfies Claim;
