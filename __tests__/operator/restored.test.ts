// A cluster from a backup that another account shares: entered with the password of the backup's cluster, wherever that is kept.

import { activeCluster, Chain } from "../../emulator/conformance/chain";
import { TestCloud, until, ZONES } from "../../emulator/conformance/cloud";

const OWNER = "210987654321";
let cloud: TestCloud;
let chain: Chain;
let restored: string;
let password: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
  chain = await activeCluster(cloud, 2);
  password = await chain.operator.adminPassword(chain.clusterId);
  const { Backups } = await until(
    () => cloud.hsm.describeBackups({ Filters: { states: ["READY"] } }),
    (answer) => answer.Backups!.length > 0,
  );
  const { BackupId } = Backups![0];
  const ResourceArn = `arn:aws:cloudhsm:eu-central-1:123456789012:backup/${BackupId}`;
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: ["cloudhsm:DescribeBackups", "cloudhsm:CreateCluster"],
        Resource: ResourceArn,
      },
    ],
  });
  await cloud.callHsm("PutResourcePolicy", { ResourceArn, Policy });
  await cloud.post("foreign-backup", { backupId: BackupId, accountId: OWNER });
  const arn = ResourceArn.replace("123456789012", OWNER);
  restored = await cloud.restoredCluster(chain.network, arn, [ZONES[0]]);
  await chain.operator.openWayTo(await cloud.cluster(restored));
});
afterAll(() => cloud.stop());

let secrets = 0;
const secret = async (...values: string[]): Promise<string> => {
  const { ARN } = await cloud.secrets.createSecret({ Name: `secret-${++secrets}` });
  for (const SecretString of values) await cloud.secrets.putSecretValue({ SecretId: ARN, SecretString });
  return ARN!;
};
const activate = async (more: object): Promise<any> => {
  const event = { ...(await chain.operator.userEvent("activate", restored, chain.trustAnchor)), ...more };
  const { failed, answer } = await chain.operator.invoke(event);
  return failed ? { error: answer.errorType, message: answer.errorMessage } : answer;
};
const valueOf = async (SecretId: string) =>
  (await cloud.secrets.getSecretValue({ SecretId }).catch(() => undefined))?.SecretString;

test("without the password nobody gets in, and the error says which secrets were looked into", async () => {
  const adminSecretArn = await secret();
  const sourceAdminSecretArn = await secret("somebody-else-s");
  const { error, message } = await activate({ adminSecretArn, sourceAdminSecretArn });
  expect(error).toBe("AdminPasswordUnknown");
  for (const arn of [adminSecretArn, sourceAdminSecretArn]) expect(message).toContain(arn);
  expect(await valueOf(adminSecretArn)).toBeUndefined();
});

test.each([
  ["the present one", () => [password]],
  ["the one before its last rotation", () => [password, "the-new-one-of-home"]],
])("the password of the backup's cluster, %s, becomes this cluster's own", async (_, values) => {
  const adminSecretArn = await secret();
  const sourceAdminSecretArn = await secret(...values());
  expect(await activate({ adminSecretArn, sourceAdminSecretArn })).toEqual({
    status: "done",
    clusterState: "ACTIVE",
  });
  expect(await valueOf(adminSecretArn)).toBe(password);
  expect(await valueOf(sourceAdminSecretArn)).toBe(values().pop());
});

test("one with characters that JSON and shells want quoted is taken over as it is", async () => {
  const odd = `a"b\\c'd$(e)\`f\` g`;
  const client = await chain.operator.client();
  const admin = { role: "admin", pin: `admin:${password}` };
  const change = ["user", "change-password", "--username", "admin", "--role", "admin", "--password", odd];
  // An admin who is not logged in: a second one does it.
  const create = ["user", "create", "--username", "second", "--role", "admin", "--password", "second-secret"];
  expect(await client(restored, chain.trustAnchor, create, admin)).toMatchObject({ error_code: 0 });
  const second = { role: "admin", pin: "second:second-secret" };
  expect(await client(restored, chain.trustAnchor, change, second)).toMatchObject({ error_code: 0 });
  const adminSecretArn = await secret();
  const sourceAdminSecretArn = await secret(odd);
  expect(await activate({ adminSecretArn, sourceAdminSecretArn })).toMatchObject({ status: "done" });
  expect(await valueOf(adminSecretArn)).toBe(odd);
});

test("the trust anchor is kept under the new cluster's name, for the next restore", async () => {
  const trustAnchorSecret = `safe-storage/${restored}/trust-anchor`;
  const adminSecretArn = await secret(`a"b\\c'd$(e)\`f\` g`);
  await activate({ adminSecretArn, trustAnchorSecret });
  expect((await valueOf(trustAnchorSecret))!.trim()).toBe(chain.trustAnchor.trim());
});

test("no log has a password", async () => {
  const log = (await chain.operator.log()).join("\n");
  for (const one of [password, "the-new-one-of-home", "somebody-else-s"]) expect(log).not.toContain(one);
});
