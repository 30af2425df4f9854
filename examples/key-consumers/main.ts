// One key in a key store that is connected already, and what it encrypts: an EBS volume, an S3 bucket, a secret, a DynamoDB
// table.

import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { EbsVolume } from "@cdktf/provider-aws/lib/ebs-volume";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { acceptFindings, acceptProviderVersions, CustomKeyStore, HsmKey } from "safe-storage";

interface Settings {
  customKeyStoreId: string;
  accountId: string;
  region: string;
}

const app = new App();
const { customKeyStoreId, accountId, region }: Settings = app.node.getContext("settings");
const stack = new TerraformStack(app, "key-consumers");
acceptProviderVersions(stack);
new AwsProvider(stack, "aws", { region });

const account = { AWS: `arn:aws:iam::${accountId}:root` };
/** Whoever may use the resource in the account uses the key through the service, and in no other way. */
const throughServices = {
  StringEquals: {
    "kms:CallerAccount": accountId,
    "kms:ViaService": ["ec2", "s3", "secretsmanager", "dynamodb"].map((s) => `${s}.${region}.amazonaws.com`),
  },
};
const policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "The account's IAM policies say who administers the key",
      Effect: "Allow",
      Principal: account,
      Action: [
        "kms:Create*",
        "kms:Describe*",
        "kms:Enable*",
        "kms:List*",
        "kms:Put*",
        "kms:Update*",
        "kms:Revoke*",
        "kms:Disable*",
        "kms:Get*",
        "kms:Delete*",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:ScheduleKeyDeletion",
        "kms:CancelKeyDeletion",
      ],
      Resource: "*",
    },
    {
      Sid: "Services use it for who may use their resources",
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:CreateGrant",
        "kms:DescribeKey",
      ],
      Resource: "*",
      Condition: throughServices,
    },
  ],
});
const keyStore = CustomKeyStore.fromExisting(stack, "store", customKeyStoreId);
const key = new HsmKey(stack, "key", { keyStore, alias: "documents", policy });

new EbsVolume(stack, "volume", {
  availabilityZone: `${region}a`,
  size: 10,
  type: "gp3",
  encrypted: true,
  kmsKeyId: key.keyArn,
});
const bucket = new S3Bucket(stack, "bucket", { bucketPrefix: "ledger-" });
new S3BucketPublicAccessBlock(stack, "private", {
  bucket: bucket.id,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
});
new S3BucketVersioningA(stack, "versions", {
  bucket: bucket.id,
  versioningConfiguration: { status: "Enabled" },
});
acceptFindings(bucket, {
  CKV_AWS_18: "An example; where access is logged is your organization's choice.",
  CKV_AWS_144: "Its key is in the HSMs of one region.",
  CKV2_AWS_61: "A ledger's objects do not expire.",
  CKV2_AWS_62: "Nothing waits for its objects.",
});
new S3BucketServerSideEncryptionConfigurationA(stack, "encryption", {
  bucket: bucket.id,
  rule: [
    {
      applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.keyArn },
      // One call to the HSMs for many objects.
      bucketKeyEnabled: true,
    },
  ],
});
const secret = new SecretsmanagerSecret(stack, "secret", {
  name: "ledger/api-token",
  kmsKeyId: key.keyArn,
});
acceptFindings(secret, { CKV2_AWS_57: "An example; how a token is rotated is known to who issues it." });
new DynamodbTable(stack, "table", {
  name: "ledger",
  billingMode: "PAY_PER_REQUEST",
  hashKey: "id",
  attribute: [{ name: "id", type: "S" }],
  pointInTimeRecovery: { enabled: true },
  serverSideEncryption: { enabled: true, kmsKeyArn: key.keyArn },
});

new TerraformOutput(stack, "key_arn", { value: key.keyArn });
new TerraformOutput(stack, "bucket_name", { value: bucket.id });
app.synth();
