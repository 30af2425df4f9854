// State: kept over a restart with --state, and taken back from snapshots, moto's part included.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { activeCluster, connectedStore } from "./chain";
import { TestCloud, ZONES } from "./cloud";
import { Operator } from "./operator";

const Plaintext = Buffer.from("Safe Storage");

let state: string;
let cloud: TestCloud;
let operator: Operator;
let clusterId: string;
let trustAnchor: string;
let ciphertext: Uint8Array;
let vpcId: string;

/** The chain as far as a key in a connected store. */
beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), "state-"));
  cloud = await TestCloud.start(10_000, state);
  const chain = await activeCluster(cloud, 2);
  ({ operator, clusterId, trustAnchor } = chain);
  vpcId = chain.network.vpcId;
  const CustomKeyStoreId = await connectedStore(cloud, chain);
  const { KeyMetadata } = await cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId });
  ciphertext = (await cloud.kms.encrypt({ KeyId: KeyMetadata!.KeyId, Plaintext })).CiphertextBlob!;
});
afterAll(async () => {
  await cloud.stop();
  rmSync(state, { recursive: true });
});

const decrypted = async () =>
  Buffer.from((await cloud.kms.decrypt({ CiphertextBlob: ciphertext })).Plaintext!);
const clockNow = async () =>
  Date.parse(((await (await fetch(`${cloud.url}/_local/health`)).json()) as any).now);

test("a restart loses nothing: HSMs, users, keys, network, secrets, functions, roots, the clock", async () => {
  await cloud.advanceClock(3600);
  const before = await clockNow();
  const roots = await (await fetch(`${cloud.url}/_local/roots`)).json();
  await cloud.stop();
  cloud = await TestCloud.start(10_000, state);
  operator = operator.movedTo(cloud);
  expect((await cloud.cluster(clusterId)).State).toBe("ACTIVE");
  expect(await decrypted()).toEqual(Plaintext);
  expect((await cloud.ec2.describeVpcs({ VpcIds: [vpcId] })).Vpcs).toHaveLength(1);
  expect(await (await fetch(`${cloud.url}/_local/roots`)).json()).toEqual(roots);
  expect(await clockNow()).toBeGreaterThanOrEqual(before);
  const { failed, answer } = await operator.invoke({ action: "status", clusterId, trustAnchor });
  expect({ failed, users: answer.users.length }).toEqual({ failed: false, users: 3 });
});

test("what is pending continues after a restart", async () => {
  await cloud.stop();
  cloud = await TestCloud.start(1, state); // at AWS's own pace nothing ends by itself
  operator = operator.movedTo(cloud);
  const { Hsm } = await cloud.hsm.createHsm({ ClusterId: clusterId, AvailabilityZone: ZONES[2] });
  await cloud.stop();
  cloud = await TestCloud.start(1, state);
  operator = operator.movedTo(cloud);
  const hsm = async () => (await cloud.cluster(clusterId)).Hsms!.find((h) => h.HsmId === Hsm!.HsmId)!;
  expect((await hsm()).State).toBe("CREATE_IN_PROGRESS");
  await cloud.advanceClock(20 * 60);
  expect((await hsm()).State).toBe("ACTIVE");
});

test("a snapshot brings back what was, in moto too, as often as one likes", async () => {
  await cloud.post("snapshots", { name: "before" });
  for (let i = 0; i < 2; i++) {
    const { Vpc } = await cloud.ec2.createVpc({ CidrBlock: "10.77.0.0/16" });
    for (const { HsmId } of (await cloud.cluster(clusterId)).Hsms!)
      await cloud.hsm.deleteHsm({ ClusterId: clusterId, HsmId });
    await cloud.advanceClock(3600);
    await expect(decrypted()).rejects.toMatchObject({ name: "KMSInvalidStateException" });
    expect((await cloud.ask("snapshots/before/restore")).status).toBe(200);
    expect(await decrypted()).toEqual(Plaintext);
    const gone = cloud.ec2.describeVpcs({ VpcIds: [Vpc!.VpcId!] });
    await expect(gone).rejects.toMatchObject({ name: "InvalidVpcID.NotFound" });
    expect(await operator.invoke({ action: "status", clusterId, trustAnchor })).toMatchObject({
      failed: false,
    });
  }
});

test("snapshots are listed; wrong names and missing ones are refused, no path leads out", async () => {
  expect(await (await fetch(`${cloud.url}/_local/snapshots`)).json()).toEqual({ snapshots: ["before"] });
  expect((await cloud.ask("snapshots", { name: "../outside" })).status).toBe(400);
  expect((await cloud.ask("snapshots", {})).status).toBe(400);
  expect((await cloud.ask("snapshots/missing/restore")).status).toBe(404);
  expect((await cloud.ask("snapshots/..%2Fstate/restore")).status).toBe(400);
});

test("the file is replaced whole: what an interrupted save leaves is not taken for it", async () => {
  await cloud.stop();
  writeFileSync(join(state, "state.json.new"), "half a fi");
  cloud = await TestCloud.start(10_000, state);
  expect(await decrypted()).toEqual(Plaintext);
  expect(readdirSync(state)).toContain("state.json");
});
