// HSMs removed and restored, as a schedule does it: the same places, users and keys; cut off anywhere, the next run continues.

import { activeCluster, Chain, connectedStore } from "../../emulator/conformance/chain";
import { eventOf } from "../../scripts/lib/api-reference/operator-actions";
import { TestCloud, ZONES } from "../../emulator/conformance/cloud";
import { HsmClient, killedAtEachChange } from "../../emulator/conformance/operator";

let cloud: TestCloud;
let chain: Chain;
let client: HsmClient;
let hsmRecordArn: string;
let login: { role: string; pin: string };
/** Where the HSMs are by day. */
let day: string[];

const places = async () =>
  (await cloud.cluster(chain.clusterId))
    .Hsms!.filter((h) => h.State === "ACTIVE")
    .map((h) => `${h.AvailabilityZone} ${h.EniIp}`)
    .sort();

const invoke = (action: string, more: object = {}) => {
  const { clusterId, trustAnchor } = chain;
  return chain.operator.invoke(
    eventOf(action, { clusterId, trustAnchor, hsmRecordArn, last: true, ...more }),
  );
};
async function run(action: string, more: object = {}): Promise<any> {
  const { failed, answer } = await invoke(action, more);
  return failed ? { error: answer.errorType, message: answer.errorMessage } : answer;
}
const remove = (keep: number, more: object = {}) => run("remove-hsms", { keep: String(keep), ...more });
const restore = () => run("restore-hsms");
const lastBackup = async () =>
  (await cloud.hsm.describeBackups({ Filters: { clusterIds: [chain.clusterId] }, SortAscending: false }))
    .Backups![0];

beforeAll(async () => {
  cloud = await TestCloud.start();
  chain = await activeCluster(cloud, 2);
  await cloud.addHsm(chain.clusterId, ZONES[2]);
  client = await chain.operator.client();
  hsmRecordArn = (await cloud.secrets.createSecret({ Name: "hsms-put-away" })).ARN!;
  day = await places();
  const admin = { role: "admin", pin: `admin:${await chain.operator.adminPassword(chain.clusterId)}` };
  const create = ["user", "create", "--username", "app", "--role", "crypto-user", "--password", "app-secret"];
  await client(chain.clusterId, chain.trustAnchor, create, admin);
  login = { role: "crypto-user", pin: "app:app-secret" };
  await cloud.post("snapshots", { name: "day" });
});
afterAll(() => cloud.stop());

async function expectDay(): Promise<void> {
  expect(await places()).toEqual(day);
  expect(await run("check-users")).toMatchObject({
    hsms: day.length,
    users: expect.arrayContaining(["app"]),
  });
  const { error_code } = await client(chain.clusterId, chain.trustAnchor, ["user", "list"], login);
  expect(error_code).toBe(0);
}

describe.each([0, 1, 2])("with %d kept", (keep) => {
  beforeAll(() => cloud.post("snapshots/day/restore"));

  test("the others go, after a note of where they were, and the backup is READY", async () => {
    const answer = await remove(keep);
    expect(answer).toMatchObject({ status: "done", removed: { length: 3 - keep }, kept: { length: keep } });
    expect(await places()).toHaveLength(keep);
    expect(await lastBackup()).toMatchObject({ BackupId: answer.backupId, BackupState: "READY" });
  });

  test("once more changes nothing", async () => {
    expect(await remove(keep)).toMatchObject({ status: "done", removed: [] });
    expect(await places()).toHaveLength(keep);
  });

  test("they come back where they were, with users and keys", async () => {
    expect(await restore()).toMatchObject({ status: "done", hsms: { length: 3 } });
    await expectDay();
  });

  test("once more changes nothing", async () => {
    expect(await restore()).toMatchObject({ status: "done", hsms: { length: 3 } });
    await expectDay();
  });
});

describe("under a key store", () => {
  beforeAll(async () => {
    await cloud.post("snapshots/day/restore");
    await connectedStore(cloud, chain);
  });

  test("the last HSM stays, with the reason", async () => {
    expect(await remove(0)).toMatchObject({
      error: "KeyStoreNeedsHsm",
      message: expect.stringContaining("Keep 1 at least"),
    });
    expect(await places()).toEqual(day);
  });

  test("one serves decrypts all night", async () => {
    const [{ CustomKeyStoreId }] = (await cloud.kms.describeCustomKeyStores({})).CustomKeyStores!;
    const { KeyMetadata } = await cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId });
    const Plaintext = Buffer.from("mine");
    const { CiphertextBlob } = await cloud.kms.encrypt({ KeyId: KeyMetadata!.KeyId, Plaintext });
    const [, address] = day[1].split(" ");
    await remove(1, { first: [address] });
    expect(await places()).toEqual([day[1]]);
    expect(Buffer.from((await cloud.kms.decrypt({ CiphertextBlob })).Plaintext!)).toEqual(Plaintext);
    await restore();
    await expectDay();
    expect(Buffer.from((await cloud.kms.decrypt({ CiphertextBlob })).Plaintext!)).toEqual(Plaintext);
  });
});

test("an address that something else has taken meanwhile: another one of the subnet, and the notice says so", async () => {
  await cloud.post("snapshots/day/restore");
  await remove(1);
  const [kept] = await places();
  const taken = day.find((place) => place !== kept)!;
  const [zone, PrivateIpAddress] = taken.split(" ");
  const SubnetId = chain.network.subnetIds[ZONES.indexOf(zone)];
  await cloud.ec2.createNetworkInterface({ SubnetId, PrivateIpAddress });
  const answer = await restore();
  expect(answer.notice).toContain(`the address ${PrivateIpAddress} in ${zone} is taken`);
  const now = await places();
  expect(now.map((place) => place.split(" ")[0])).toEqual(day.map((place) => place.split(" ")[0]));
  // From now on that is where it is.
  await remove(1);
  expect((await restore()).notice).toBeUndefined();
  expect(await places()).toEqual(now);
});

describe.each(["remove-hsms", "restore-hsms"])("%s killed", (action) => {
  const prepare = async () => {
    await cloud.post("snapshots/day/restore");
    if (action === "restore-hsms") await remove(1);
  };

  test("at each call that changes something: the next run ends it, with nothing twice", async () => {
    const kills = await killedAtEachChange(cloud, chain.operator, {
      prepare,
      run: () => invoke(action, { keep: "1" }),
      check: async ({ answer }, call) => {
        expect({ call, ...answer }).toMatchObject({ call, status: "done" });
        if (action === "remove-hsms") {
          expect(await places()).toHaveLength(1);
          expect(await lastBackup()).toMatchObject({ BackupState: "READY" });
          await restore();
        }
        expect(await places()).toEqual(day);
      },
    });
    expect(kills).toBeGreaterThan(3);
  });

  test("in the middle: the next firing of the other kind undoes it", async () => {
    // After the two that take the lock, until there is nothing left to kill.
    for (let call = 3; ; call++) {
      await prepare();
      const { functionName } = chain.operator;
      await cloud.post("faults", { function: functionName, fault: "kill", call, changing: true });
      const { answer } = await invoke(action, { keep: "1" });
      await cloud.endFaults();
      if (!/signal: killed/.test(answer.errorMessage ?? "")) {
        expect(call).toBeGreaterThan(4);
        break;
      }
      await chain.operator.letLeaseEnd();
      if (action === "restore-hsms") {
        await remove(1);
        expect(await places()).toHaveLength(1);
      }
      expect(await restore()).toMatchObject({ status: "done" });
      expect(await places()).toEqual(day);
    }
  });
});
