import type { Claim } from "../claim";

export default {
  text: "`CreateCustomKeyStore` makes KMS's service-linked role with its caller's right to `iam:CreateServiceLinkedRole`, also from a VPC without a way to IAM",
  source: "«Authorizing AWS KMS to manage AWS CloudHSM and Amazon EC2 resources», KMS Developer Guide",
  byHand: "`examples/existing-cluster` in an account that never had a key store",
  notInReach: "It takes an account that never had a key store.",
} satisfies Claim;
