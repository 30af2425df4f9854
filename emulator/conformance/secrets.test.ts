// Secrets Manager, where moto's answers were not AWS's.

import { randomUUID } from "node:crypto";
import { TestCloud } from "./cloud";

jest.setTimeout(60_000);

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
