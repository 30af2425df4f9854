// What a pipeline needs in the account before its first run: who it is, what it may, and where the state is. Deployed once, by an administrator.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { App, Fn, TerraformOutput, TerraformStack } from "cdktf";
import { acceptFindings, acceptProviderVersions } from "safe-storage";

interface Settings {
  region: string;
  /** The setting `name` of what is deployed, by which its roles and functions begin. */
  name: string;
  stateBucket: string;
  stateKey: string;
  /** Who says for whom a run is: GitHub's address, or that of your GitLab. */
  issuer: string;
  audience: string;
  /** Runs that may plan, and those that may deploy, as the issuer names them in `sub`. */
  planSubjects: string[];
  deploySubjects: string[];
}

const app = new App();
const settings: Settings = app.node.getContext("settings");
const { region, name, stateBucket, stateKey, issuer, audience } = settings;
const stack = new TerraformStack(app, "pipeline");
acceptProviderVersions(stack);
new AwsProvider(stack, "aws", { region, defaultTags: [{ tags: { Project: `${name}-pipeline` } }] });
const { accountId } = new DataAwsCallerIdentity(stack, "account");
const { partition } = new DataAwsPartition(stack, "partition");

const bucket = new S3Bucket(stack, "states", { bucket: stateBucket, lifecycle: { preventDestroy: true } });
acceptFindings(bucket, {
  CKV_AWS_18:
    "CloudTrail's data events say who has read a state; where access is logged is your organization's choice.",
  CKV_AWS_144: "A state is of use only where its resources are.",
  CKV2_AWS_61: "Earlier versions of a state are kept: they are its backup.",
  CKV2_AWS_62: "Nothing waits for a state.",
});
new S3BucketVersioningA(stack, "versions", {
  bucket: bucket.id,
  versioningConfiguration: { status: "Enabled" },
});
new S3BucketServerSideEncryptionConfigurationA(stack, "encryption", {
  bucket: bucket.id,
  rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" }, bucketKeyEnabled: true }],
});
new S3BucketPublicAccessBlock(stack, "private", {
  bucket: bucket.id,
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
});
new S3BucketPolicy(stack, "transport", {
  bucket: bucket.id,
  policy: Fn.jsonencode({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OnlyTls",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucket.arn, `${bucket.arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  }),
});

const provider = new IamOpenidConnectProvider(stack, "issuer", { url: issuer, clientIdList: [audience] });
const claims = issuer.replace("https://", "");

/** Of a file beside this one, which is made of the calls that a deploy makes. */
function policyOf(file: string): object {
  const values = { partition, region, account: accountId, name, bucket: bucket.arn, key: stateKey };
  const text = Object.entries(values).reduce(
    (text, [word, value]) => text.replaceAll(`\${${word}}`, value),
    readFileSync(join(__dirname, file), "utf8"),
  );
  return JSON.parse(text);
}

for (const [what, subjects] of [
  ["plan", settings.planSubjects],
  ["deploy", settings.deploySubjects],
] as const) {
  const role = new IamRole(stack, what, {
    name: `${name}-pipeline-${what}`,
    maxSessionDuration: 4 * 3600, // a first deploy takes more than an hour
    assumeRolePolicy: Fn.jsonencode({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: provider.arn },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: { StringEquals: { [`${claims}:aud`]: audience, [`${claims}:sub`]: subjects } },
        },
      ],
    }),
  });
  new IamRolePolicy(stack, `${what}-policy`, {
    name: "pipeline",
    role: role.id,
    policy: Fn.jsonencode(policyOf(`${what}.json`)),
  });
  new TerraformOutput(stack, `${what}_role_arn`, { value: role.arn });
}
app.synth();
