import type { Claim } from "../claim";

export default {
  text: "With all HSMs unreachable a key store stays CONNECTED, and a use of a key fails",
  source: "«Troubleshooting an AWS CloudHSM key store», KMS Developer Guide, names KMSInvalidStateException",
  byHand: "remove the cluster's inbound rules for a minute, `aws kms generate-data-key-without-plaintext`",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
