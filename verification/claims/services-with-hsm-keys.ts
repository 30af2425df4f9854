import type { Claim } from "../claim";

export default {
  text: "EFS, CloudWatch Logs, SNS, SQS, Lambda and Backup take keys of a custom key store; 1,800 requests a second are a CloudHSM key store's quota",
  source:
    "the general rule in «KMS keys in a CloudHSM key store», and «Quotas», KMS Developer Guide, as remembered",
  byHand: "make one of each with the key",
  notInReach:
    "It takes a resource of each service, and a key policy that names the services; whoever has a key can try the one that it is for.",
} satisfies Claim;
