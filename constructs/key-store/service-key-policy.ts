// The key policy of a key that AWS services use, and nobody else.

import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { Construct } from "constructs";
import { policyDocument } from "../private";
import { ADMINISTER } from "./hsm-key-grants";

/** What FSx needs of its caller: «Amazon FSx key policies for AWS KMS», «Encryption of data at rest», FSx for ONTAP User Guide. */
const FSX = ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext"];
/** As the keys that AWS manages for its services: «AWS managed keys», AWS KMS Developer Guide. */
const OTHERS = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
];

/** What a plan and `ClusterHealth` read, beside what administrators do. The data key is made to prove that the key works; nobody sees it. */
const READ = ["kms:GetKeyRotationStatus", "kms:ListKeyPolicies", "kms:GenerateDataKeyWithoutPlaintext"];

/** Lets the services use the key for principals of the account, and the account's IAM policies say who administers it. */
export function serviceKeyPolicy(scope: Construct, services: string[]): string {
  const { accountId } = new DataAwsCallerIdentity(scope, "account");
  const { partition } = new DataAwsPartition(scope, "partition");
  const region = new DataAwsRegion(scope, "region").id;
  const viaOf = (names: string[]) => ({
    "kms:CallerAccount": accountId,
    "kms:ViaService": names.map((name) => `${name}.${region}.amazonaws.com`),
  });
  const uses = ([names, Action]: [string[], string[]]) =>
    names.length === 0
      ? []
      : [{ Principal: { AWS: "*" }, Action, Resource: "*", Condition: { StringEquals: viaOf(names) } }];
  return policyDocument([
    {
      Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
      Action: [...ADMINISTER, ...READ],
      Resource: "*",
    },
    ...uses([services.filter((s) => s === "fsx"), FSX]),
    ...uses([services.filter((s) => s !== "fsx"), OTHERS]),
    {
      Principal: { AWS: "*" },
      Action: ["kms:CreateGrant"],
      Resource: "*",
      Condition: { StringEquals: viaOf(services), Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ]);
}
