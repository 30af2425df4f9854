// What the operator repairs of a key store: a kmsuser as whom KMS cannot log in, and a cluster that was lost and restored.
// Killed at any of its calls, it continues with the next run. The key that encrypted before decrypts after.

import { activeCluster, Chain, connectedStore } from "../../emulator/conformance/chain";
import { TestCloud, until, ZONES } from "../../emulator/conformance/cloud";
import { HsmClient, killedAtEachChange } from "../../emulator/conformance/operator";

let cloud: TestCloud;
let chain: Chain;
let client: HsmClient;
let keyStoreId: string;
let ciphertext: Uint8Array;

const Plaintext = Buffer.from("Safe Storage");

beforeAll(async () => {
  cloud = await TestCloud.start();
  chain = await activeCluster(cloud, 2);
  client = await chain.operator.client();
  keyStoreId = await connectedStore(cloud, chain);
  await cloud.post("snapshots", { name: "without-keys" });
  const key = await cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId: keyStoreId });
  ciphertext = (await cloud.kms.encrypt({ KeyId: key.KeyMetadata!.KeyId, Plaintext })).CiphertextBlob!;
  await cloud.post("snapshots", { name: "connected" });
});
afterAll(() => cloud.stop());

const store = async () => (await cloud.kms.describeCustomKeyStores({})).CustomKeyStores![0];

async function connect(clusterId: string): Promise<{ failed: boolean; answer: any }> {
  const event = await chain.operator.userEvent("connect-key-store", clusterId, chain.trustAnchor);
  return chain.operator.invoke({ ...event, keyStoreId });
}

async function asAdmin(...args: string[]): Promise<void> {
  const pin = `admin:${await chain.operator.adminPassword(chain.clusterId)}`;
  const { error_code, data } = await client(chain.clusterId, chain.trustAnchor, args, { role: "admin", pin });
  if (error_code) throw new Error(data);
}

/** A store that is connected has kmsuser logged in, so whoever changes the user disconnects it before. */
async function disconnected(snapshot = "connected"): Promise<void> {
  await cloud.post(`snapshots/${snapshot}/restore`);
  await cloud.kms.disconnectCustomKeyStore({ CustomKeyStoreId: keyStoreId });
  await cloud.keyStoreIn(keyStoreId, "DISCONNECTED");
}

async function expectKeyToWork(): Promise<void> {
  expect((await store()).ConnectionState).toBe("CONNECTED");
  const opened = await cloud.kms.decrypt({ CiphertextBlob: ciphertext });
  expect(Buffer.from(opened.Plaintext!)).toEqual(Plaintext);
}

const kmsuser = ["--username", "kmsuser", "--role", "crypto-user"];
const BY_HAND: [string, () => Promise<void>][] = [
  ["given another password", () => asAdmin("user", "change-password", ...kmsuser, "--password", "by-hand-1")],
  [
    "locked out",
    async () => {
      const login = { role: "crypto-user", pin: "kmsuser:wrong-password" };
      for (let i = 0; i < 6; i++) await client(chain.clusterId, chain.trustAnchor, ["user", "list"], login);
    },
  ],
];

test.each(BY_HAND)(
  "kmsuser was %s by hand: it gets a password, the store gets it, and connects",
  async (_, change) => {
    await disconnected();
    await change();
    expect(await connect(chain.clusterId)).toMatchObject({ failed: false, answer: { status: "done" } });
    await expectKeyToWork();
  },
);

// As long as there are no keys: "You can't delete user accounts that own keys", user delete, CloudHSM User Guide.
test("kmsuser was deleted by hand: it is made again, the store gets its password, connects and makes keys", async () => {
  await disconnected("without-keys");
  await asAdmin("user", "delete", ...kmsuser);
  expect(await connect(chain.clusterId)).toMatchObject({ failed: false, answer: { status: "done" } });
  const key = await cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId: keyStoreId });
  await cloud.kms.encrypt({ KeyId: key.KeyMetadata!.KeyId, Plaintext });
});

test("without what it needs to repair, it says what a person can do", async () => {
  await disconnected("without-keys");
  await asAdmin("user", "delete", ...kmsuser);
  const { failed, answer } = await chain.operator.invoke({ action: "connect-key-store", keyStoreId });
  expect(failed).toBe(true);
  expect(answer.errorType).toBe("USER_NOT_FOUND");
  expect(answer.errorMessage).toContain("run create-kmsuser");
});

/** Loses the cluster, and makes one from its newest backup, with an HSM in two zones. */
async function restoredCluster(): Promise<string> {
  const { Hsms } = await cloud.cluster(chain.clusterId);
  for (const { HsmId } of Hsms!) await cloud.hsm.deleteHsm({ ClusterId: chain.clusterId, HsmId });
  await until(
    () => cloud.cluster(chain.clusterId),
    (c) => c.Hsms!.length === 0,
  );
  await cloud.hsm.deleteCluster({ ClusterId: chain.clusterId });
  const { Backups } = await until(
    () => cloud.hsm.describeBackups({ Filters: { clusterIds: [chain.clusterId] }, SortAscending: false }),
    (answer) => answer.Backups!.every((b) => b.BackupState === "READY"),
  );
  const clusterId = await cloud.restoredCluster(chain.network, Backups![0].BackupId!, ZONES.slice(0, 2));
  await chain.operator.openWayTo(await cloud.cluster(clusterId));
  return clusterId;
}

describe("the cluster was lost and restored from its backup", () => {
  let restoredId: string;

  beforeAll(async () => {
    await cloud.post("snapshots/connected/restore");
    restoredId = await restoredCluster();
    // The admin's password is the backup's: it is in the secret of the lost cluster.
    const lost: any = await chain.operator.userEvent("create-kmsuser", chain.clusterId, chain.trustAnchor);
    const restored: any = await chain.operator.userEvent("create-kmsuser", restoredId, chain.trustAnchor);
    const { SecretString } = await cloud.secrets.getSecretValue({ SecretId: lost.adminSecretArn });
    await cloud.secrets.putSecretValue({ SecretId: restored.adminSecretArn, SecretString });
    await cloud.post("snapshots", { name: "restored" });
  });

  test("activate finds the admin's password, also where it was rotated after the backup", async () => {
    const event: any = await chain.operator.userEvent("activate", restoredId, chain.trustAnchor);
    await cloud.secrets.putSecretValue({
      SecretId: event.adminSecretArn,
      SecretString: "rotated-since-then",
    });
    expect(await chain.operator.invoke(event)).toMatchObject({ failed: false });
    const password = await chain.operator.adminPassword(restoredId);
    expect(password).toBe(await chain.operator.adminPassword(chain.clusterId));
  });

  test("the store moves to it, and the same key decrypts; killed at any call, the next run continues", async () => {
    const kills = await killedAtEachChange(cloud, chain.operator, {
      prepare: () => cloud.post("snapshots/restored/restore"),
      run: () => connect(restoredId),
      check: async (last, call) => {
        expect({ call, ...last }).toMatchObject({ call, failed: false, answer: { status: "done" } });
        expect((await store()).CloudHsmClusterId).toBe(restoredId);
        await expectKeyToWork();
      },
    });
    expect(kills).toBeGreaterThan(5);
  });
});

test("a cluster with another history does not get the store, which is connected again as it was", async () => {
  await cloud.post("snapshots/connected/restore");
  const other = (await cloud.newCluster(chain.network)).ClusterId!;
  await cloud.addHsm(other, ZONES[0]);
  await chain.operator.activate(other);
  const { failed, answer } = await connect(other);
  expect(failed).toBe(true);
  expect(answer.errorType).toBe("CloudHsmClusterNotRelatedException");
  expect(answer.errorMessage).toContain(`key store ${keyStoreId} stays where it was`);
  await cloud.keyStoreIn(keyStoreId, "CONNECTED");
  await expectKeyToWork();
});

describe("guards of a destroy", () => {
  test("guard-cluster stops where a key store is on the cluster, and names it", async () => {
    await cloud.post("snapshots/connected/restore");
    const event = {
      action: "nothing",
      onDelete: "guard-cluster",
      clusterId: chain.clusterId,
      resource: `cluster ${chain.clusterId}`,
      tf: { action: "delete" },
    };
    const { failed, answer } = await chain.operator.invoke(event);
    expect(failed).toBe(true);
    expect(answer.errorType).toBe("ClusterHasKeyStore");
    expect(answer.errorMessage).toContain(`${keyStoreId} (store)`);
    expect(await chain.operator.invoke({ ...event, tf: { action: "create" } })).toMatchObject({
      failed: false,
    });
  });

  test("retain refuses, with what it is and what would be right", async () => {
    const { failed, answer } = await chain.operator.invoke({
      action: "nothing",
      onDelete: "retain",
      resource: "KMS key 1234",
      tf: { action: "delete" },
    });
    expect(failed).toBe(true);
    expect(answer.errorType).toBe("RetainedByDeletionPolicy");
    expect(answer.errorMessage).toMatch(/^KMS key 1234 is kept.*put it back.*deletionPolicy delete first/);
  });
});
