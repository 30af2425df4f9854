import type { Claim } from "../claim";

export default {
  text: "An admin's quorum token ends with the session of `cloudhsm-cli` that made it",
  source:
    "«Key management and usage with quorum authentication enabled», CloudHSM User Guide, says so of crypto users' tokens",
  byHand:
    "`quorum token-sign generate --service user --token FILE` in one session, `user create --approval FILE` in another",
  notInReach: "It takes two people with a quorum.",
} satisfies Claim;
