// Secrets Manager, where moto's answers were not AWS's.

import { randomUUID } from "node:crypto";
import { KMS } from "@aws-sdk/client-kms";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { TestCloud } from "./cloud";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await TestCloud.start();
});
afterAll(() => cloud.stop());

test("a version that has the value already is left as it is, labels and all; another value is refused (PutSecretValue)", async () => {
  const { ARN: SecretId } = await cloud.secrets.createSecret({ Name: "repeated" });
  const put = {
    SecretId,
    ClientRequestToken: randomUUID(),
    SecretString: "a",
    VersionStages: ["AWSPENDING"],
  };
  await cloud.secrets.putSecretValue(put);
  const { VersionIdsToStages } = await cloud.secrets.describeSecret({ SecretId });
  await cloud.secrets.putSecretValue(put);
  expect(await cloud.secrets.describeSecret({ SecretId })).toMatchObject({ VersionIdsToStages });
  expect(VersionIdsToStages![put.ClientRequestToken].sort()).toEqual(["AWSCURRENT", "AWSPENDING"]);
  await cloud.secrets.updateSecretVersionStage({
    SecretId,
    VersionStage: "AWSPENDING",
    RemoveFromVersionId: put.ClientRequestToken,
  });
  await expect(cloud.secrets.putSecretValue({ ...put, SecretString: "b" })).rejects.toThrow(
    expect.objectContaining({ name: "ResourceExistsException" }),
  );
});

describe("a replica in another region («Replicate AWS Secrets Manager secrets across Regions», User Guide)", () => {
  const there = () =>
    new SecretsManager({ endpoint: cloud.url, region: "eu-west-1", credentials: cloud.credentials });

  test("has the primary's values, also later ones, its ARN but for the region, and a key of its own", async () => {
    const { ARN } = await cloud.secrets.createSecret({ Name: "replicated", SecretString: "one" });
    const KmsKeyId = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    await cloud.secrets.replicateSecretToRegions({
      SecretId: ARN,
      AddReplicaRegions: [{ Region: "eu-west-1", KmsKeyId }],
    });
    expect(await there().getSecretValue({ SecretId: "replicated" })).toMatchObject({
      ARN: ARN!.replace("eu-central-1", "eu-west-1"),
      SecretString: "one",
    });
    await cloud.secrets.putSecretValue({ SecretId: ARN, SecretString: "two" });
    expect(await there().getSecretValue({ SecretId: "replicated" })).toMatchObject({ SecretString: "two" });
    expect(await there().describeSecret({ SecretId: "replicated" })).toMatchObject({ KmsKeyId });
    expect(await cloud.secrets.describeSecret({ SecretId: ARN })).toMatchObject({
      ReplicationStatus: [{ Region: "eu-west-1", Status: "InSync", KmsKeyId }],
    });
  });

  test("has the primary's resource policy", async () => {
    const ResourcePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    await cloud.secrets.putResourcePolicy({ SecretId: "replicated", ResourcePolicy });
    expect(await there().getResourcePolicy({ SecretId: "replicated" })).toMatchObject({ ResourcePolicy });
  });

  test("takes no value of its own", async () => {
    const put = there().putSecretValue({ SecretId: "replicated", SecretString: "three" });
    await expect(put).rejects.toThrow(/Operation not permitted on a replica secret/);
  });

  test("wants the use of the primary's key and of its own (ReplicateSecretToRegions)", async () => {
    const kms = new KMS({ endpoint: cloud.url, region: "eu-west-1", credentials: cloud.credentials });
    const { KeyMetadata: theirs } = await kms.createKey({});
    const { KeyMetadata: ours } = await cloud.kms.createKey({});
    const { ARN } = await cloud.secrets.createSecret({
      Name: "guarded",
      KmsKeyId: ours!.Arn,
      SecretString: "x",
    });
    const replicate = async (Region = "eu-west-1") =>
      new SecretsManager(await cloud.as("replicator"))
        .replicateSecretToRegions({ SecretId: ARN, AddReplicaRegions: [{ Region, KmsKeyId: theirs!.Arn }] })
        .then(
          () => "done",
          (error: Error) => error.message,
        );
    const rights: object[] = [
      {
        Effect: "Allow",
        Action: "secretsmanager:ReplicateSecretToRegions",
        Resource: ARN,
        Condition: { "ForAllValues:StringEquals": { "secretsmanager:AddReplicaRegions": "eu-west-1" } },
      },
    ];
    await cloud.role("replicator", ["logs:*"]);
    await cloud.allow("replicator", rights);
    expect(await replicate("eu-west-2")).toContain("secretsmanager:ReplicateSecretToRegions");
    expect(await replicate()).toContain("kms:GenerateDataKey");
    rights.push({ Effect: "Allow", Action: ["kms:GenerateDataKey", "kms:Encrypt"], Resource: theirs!.Arn });
    await cloud.allow("replicator", rights);
    expect(await replicate()).toContain("kms:Decrypt");
    rights.push({ Effect: "Allow", Action: "kms:Decrypt", Resource: ours!.Arn });
    await cloud.allow("replicator", rights);
    expect(await replicate()).toBe("done");
  });
});

describe("rotation («Lambda function rotation», User Guide)", () => {
  const RotationLambdaARN = "arn:aws:lambda:eu-central-1:123456789012:function:rotator";

  test("a function that does not let Secrets Manager in is refused (RotateSecret)", async () => {
    const { ARN: SecretId } = await cloud.secrets.createSecret({ Name: "shut", SecretString: "a" });
    await expect(cloud.secrets.rotateSecret({ SecretId, RotationLambdaARN })).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("cannot invoke the specified Lambda function"),
    });
  });

  test("a secret without a function is not rotated (RotateSecret)", async () => {
    const { ARN: SecretId } = await cloud.secrets.createSecret({ Name: "alone", SecretString: "a" });
    await expect(cloud.secrets.rotateSecret({ SecretId })).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: expect.stringContaining("No Lambda rotation function"),
    });
  });
});
