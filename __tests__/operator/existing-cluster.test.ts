// A key store on a cluster that somebody else has made: refused with the reason, made, renamed, left behind and found again.

import { activeCluster, Chain } from "../../emulator/conformance/chain";
import { TestCloud, until, ZONES } from "../../emulator/conformance/cloud";
import { HsmClient, Operator } from "../../emulator/conformance/operator";

let cloud: TestCloud;
/** Whoever has made the cluster, with an operator of their own. */
let theirs: Chain;
let client: HsmClient;
let operator: Operator;
let users: Record<string, string>;
let keyStoreId: string;

const run = async (event: object, by = operator) => {
  const { failed, answer } = await by.invoke(event);
  return failed ? { error: answer.errorType, message: answer.errorMessage } : answer;
};
const onCluster = (more: object) => ({
  clusterId: theirs.clusterId,
  trustAnchor: theirs.trustAnchor,
  ...more,
});
const storeNamed = (keyStoreName: string) =>
  run(
    onCluster({
      action: "create-key-store",
      keyStoreName,
      kmsuserSecretArn: users.kmsuserSecretArn,
      last: true,
    }),
  );
const stores = async () => (await cloud.kms.describeCustomKeyStores({})).CustomKeyStores!;

/** What the function may take from here on. */
async function haveSeconds(Timeout: number): Promise<void> {
  await cloud.lambda.updateFunctionConfiguration({ FunctionName: operator.functionName, Timeout });
}

async function asTheirAdmin(...args: string[]): Promise<void> {
  const pin = `admin:${await theirs.operator.adminPassword(theirs.clusterId)}`;
  const { error_code, data } = await client(theirs.clusterId, theirs.trustAnchor, args, {
    role: "admin",
    pin,
  });
  if (error_code) throw new Error(data);
}

beforeAll(async () => {
  cloud = await TestCloud.start();
  theirs = await activeCluster(cloud, 1);
  client = await theirs.operator.client();
  operator = await Operator.create(cloud, theirs.network);
  await operator.openWayTo(await cloud.cluster(theirs.clusterId));
  const secret = async (Name: string, SecretString?: string) =>
    (await cloud.secrets.createSecret({ Name, SecretString })).ARN!;
  users = {
    adminSecretArn: await secret("officer", JSON.stringify({ username: "officer", password: 'pass"word:1' })),
    kmsuserSecretArn: await secret("our-kmsuser"),
    passwordLength: "32",
  };
});
afterAll(() => cloud.stop());

test("a cluster with HSMs in one zone only is refused", async () => {
  const answer = await run({ action: "check-cluster", clusterId: theirs.clusterId });
  expect(answer).toMatchObject({
    error: "TooFewHsms",
    message: expect.stringContaining(`active HSMs in ${ZONES[0]};`),
  });
  await cloud.addHsm(theirs.clusterId, ZONES[1]);
  expect(await run({ action: "check-cluster", clusterId: theirs.clusterId })).toMatchObject({
    status: "done",
    hsms: 2,
  });
});

test("an existing kmsuser is refused, and adopted if `adoptKmsuser` is set, by an admin that is not called admin", async () => {
  const password = 'pass"word:1';
  await asTheirAdmin("user", "create", "--username", "officer", "--role", "admin", "--password", password);
  const makeKmsuser = onCluster({ action: "create-kmsuser", ...users });
  expect(await run(makeKmsuser)).toMatchObject({
    error: "KmsUserExists",
    message: expect.stringContaining("Nothing was changed"),
  });
  expect(await run({ ...makeKmsuser, adopt: true })).toMatchObject({ status: "done", hsms: 2 });
  // Once it is ours it is no longer refused.
  expect(await run(makeKmsuser)).toMatchObject({ status: "done", hsms: 2 });
});

test("the store is made once, however often it is asked for", async () => {
  keyStoreId = (await storeNamed("payments")).keyStoreId;
  expect((await storeNamed("payments")).keyStoreId).toBe(keyStoreId);
  expect(await stores()).toHaveLength(1);
});

test("a second store on the cluster is refused, with the first one's name", async () => {
  expect(await storeNamed("cards")).toMatchObject({
    error: "ClusterHasKeyStore",
    message: expect.stringContaining(`${keyStoreId} (payments)`),
  });
});

test("it connects, works, and gets another name while it does", async () => {
  const connect = onCluster({ action: "connect-key-store", keyStoreId, keyStoreName: "payments", ...users });
  expect(await run(connect)).toMatchObject({ connectionState: "CONNECTED" });
  await cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId: keyStoreId });
  expect(await run({ ...connect, keyStoreName: "cards" })).toMatchObject({ connectionState: "CONNECTED" });
  expect(await stores()).toMatchObject([{ CustomKeyStoreName: "cards", ConnectionState: "CONNECTED" }]);
});

test("an HSM is not deleted while a key store needs it, and deleted once there is another", async () => {
  const { Hsms } = await cloud.cluster(theirs.clusterId);
  const release = { action: "guard-hsm", clusterId: theirs.clusterId, ipAddress: Hsms![0].EniIp };
  // Until the function has no time left it waits for another HSM.
  await haveSeconds(45);
  expect(await run(release)).toMatchObject({
    error: "TooFewHsms",
    message: expect.stringContaining(Hsms![0].EniIp!),
  });
  await haveSeconds(900);
  await cloud.addHsm(theirs.clusterId, ZONES[2]);
  expect(await run(release)).toEqual({ status: "done" });
});

test("a new HSM has the users that the others have", async () => {
  const answer = await run(onCluster({ action: "check-users" }));
  expect(answer).toMatchObject({ status: "done", hsms: 3 });
  expect(answer.users).toEqual(expect.arrayContaining(["admin", "officer", "kmsuser"]));
});

test("backups have the given retention", async () => {
  await run({ action: "retain-backups", clusterId: theirs.clusterId, backupRetentionDays: "379" });
  expect((await cloud.cluster(theirs.clusterId)).BackupRetentionPolicy).toEqual({
    Type: "DAYS",
    Value: "379",
  });
  expect(
    await run({ action: "retain-backups", clusterId: theirs.clusterId, backupRetentionDays: "380" }),
  ).toMatchObject({ error: "CloudHsmInvalidRequestException" });
});

test("a destroy disconnects the store and leaves it; the next deploy finds it and connects it again", async () => {
  const gone = { action: "connect-key-store", onDelete: "disconnect-key-store", keyStoreId };
  expect(await run({ ...gone, tf: { action: "delete" } })).toMatchObject({ connectionState: "DISCONNECTED" });
  expect(await stores()).toMatchObject([{ CustomKeyStoreId: keyStoreId, ConnectionState: "DISCONNECTED" }]);
  // Its secret went with the stack.
  const SecretId = users.kmsuserSecretArn;
  await cloud.secrets.deleteSecret({ SecretId, ForceDeleteWithoutRecovery: true });
  users.kmsuserSecretArn = (await cloud.secrets.createSecret({ Name: "our-kmsuser" })).ARN!;
  expect(await run(onCluster({ action: "create-kmsuser", ...users }))).toMatchObject({ status: "done" });
  expect((await storeNamed("cards")).keyStoreId).toBe(keyStoreId);
  const connect = onCluster({ action: "connect-key-store", keyStoreId, keyStoreName: "cards", ...users });
  expect(await run(connect)).toMatchObject({ connectionState: "CONNECTED" });
});

test("a cluster that shares its history with the store's is refused, with what to do", async () => {
  const { Backups } = await until(
    () => cloud.hsm.describeBackups({ Filters: { clusterIds: [theirs.clusterId] } }),
    (answer) => answer.Backups!.length > 0 && answer.Backups!.every((b) => b.BackupState === "READY"),
  );
  const clusterId = await cloud.restoredCluster(theirs.network, Backups![0].BackupId!, ZONES.slice(0, 2));
  await cloud.secrets.putSecretValue({ SecretId: users.kmsuserSecretArn, SecretString: "whatever1" });
  const create = {
    action: "create-key-store",
    keyStoreName: "second",
    trustAnchor: theirs.trustAnchor,
    kmsuserSecretArn: users.kmsuserSecretArn,
  };
  expect(await run({ ...create, clusterId })).toMatchObject({
    error: "CloudHsmClusterInUseException",
    message: expect.stringContaining("shares its backups"),
  });
});
