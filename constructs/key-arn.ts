// The ARN of a KMS key.

import { Construct } from "constructs";
import { check } from "./validation";

/** Source: KeyId, AWS KMS API Reference. */
export function checkKeyArn(scope: Construct, prop: string, keyArn: string): void {
  const isArn = (arn: string): boolean => /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(arn);
  check(scope, prop, keyArn, isArn, "the ARN of a KMS key");
}
