// Whether Terraform's state is kept as it must be: it has the CA's private key, and two deploys at once would lose each other's resources.

import { basename } from "node:path";
import { s3 } from "../app/clients";
import { finding, Finding, notSeen } from "./finding";
import { patience } from "./patience";

interface S3Backend {
  bucket: string;
  key: string;
  region?: string;
  encrypt?: boolean;
  kms_key_id?: string;
  use_lockfile?: boolean;
  dynamodb_table?: string;
}

/** @param terraform the block of the synthesized stack. */
export async function checkStateBackend(
  terraform: { backend?: { local?: { path: string }; s3?: S3Backend } & Record<string, object> },
  region: string | undefined,
): Promise<Finding[]> {
  const { local, s3, ...others } = terraform.backend ?? {};
  if (s3) return checkBucket(s3, s3.region ?? region);
  const [other] = Object.keys(others);
  if (other) return [finding("state", "note", `in ${other}, which is not looked at`)];
  return [
    finding(
      "state",
      "note",
      `in ${basename(local?.path ?? "terraform.tfstate")}, a file of this machine that nobody else can lock`,
      "for more than a trial, keep it in S3: stateBackend in settings.json, or S3Backend",
    ),
  ];
}

async function checkBucket(backend: S3Backend, region: string | undefined): Promise<Finding[]> {
  const { bucket } = backend;
  const client = await s3({ region, ...patience });
  try {
    await client.headBucket({ Bucket: bucket });
  } catch (error) {
    if ((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404)
      return [
        finding(
          "state's bucket",
          "bad",
          `there is no bucket ${bucket}`,
          `aws s3api create-bucket --bucket ${bucket} --region ${region} --create-bucket-configuration LocationConstraint=${region}, then put-bucket-versioning and put-public-access-block`,
        ),
      ];
    return [notSeen("state's bucket", error)];
  }
  const lock =
    backend.use_lockfile || backend.dynamodb_table
      ? finding("state's lock", "good", backend.use_lockfile ? "a file beside the state" : "a DynamoDB table")
      : finding(
          "state's lock",
          "bad",
          "nothing locks the state: two deploys at once would lose each other's resources",
          "set use_lockfile of the S3 backend to true",
        );
  return [lock, ...(await Promise.all([encryption, publicAccess, versioning].map((check) => check())))];

  /** "Amazon S3 now applies server-side encryption … as the base level": by default since January 2023, Amazon S3 User Guide. */
  async function encryption(): Promise<Finding> {
    const name = "state's encryption";
    if (backend.kms_key_id) return finding(name, "good", `by ${backend.kms_key_id}`);
    const rule = await client
      .getBucketEncryption({ Bucket: bucket })
      .then((a) => a.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault)
      .catch((error: Error) => {
        if (error.name !== "ServerSideEncryptionConfigurationNotFoundError") throw error;
        return undefined;
      })
      .catch((error: Error) => error);
    if (rule instanceof Error) return notSeen(name, rule);
    if (rule) return finding(name, "good", `the bucket's, ${rule.SSEAlgorithm}`);
    if (backend.encrypt) return finding(name, "good", "encrypt of the S3 backend");
    return finding(
      name,
      "bad",
      `neither ${bucket} nor the S3 backend encrypts it`,
      "set encrypt of the S3 backend to true",
    );
  }

  async function publicAccess(): Promise<Finding> {
    const name = "state's public access";
    const block = await client
      .getPublicAccessBlock({ Bucket: bucket })
      .then((a) => a.PublicAccessBlockConfiguration)
      .catch((error: Error) => {
        if (error.name !== "NoSuchPublicAccessBlockConfiguration") throw error;
        return undefined;
      })
      .catch((error: Error) => error);
    if (block instanceof Error) return notSeen(name, block);
    if (
      block?.BlockPublicAcls &&
      block.BlockPublicPolicy &&
      block.IgnorePublicAcls &&
      block.RestrictPublicBuckets
    )
      return finding(name, "good", "blocked");
    return finding(
      name,
      "bad",
      `${bucket} does not block all of it, and the state has the CA's private key`,
      `aws s3api put-public-access-block --bucket ${bucket} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true`,
    );
  }

  async function versioning(): Promise<Finding> {
    const name = "state's versions";
    try {
      const { Status } = await client.getBucketVersioning({ Bucket: bucket });
      if (Status === "Enabled") return finding(name, "good", "kept");
      return finding(
        name,
        "note",
        "not kept: a state that is lost stays lost",
        `aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`,
      );
    } catch (error) {
      return notSeen(name, error);
    }
  }
}
