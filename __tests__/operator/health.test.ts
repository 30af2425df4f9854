// Each alarm of a ClusterHealth, as the construct makes it, fires when its thing goes wrong and clears when it is repaired.

import { activeCluster, Chain, connectedStore } from "../../emulator/conformance/chain";
import { TestCloud, until, untilInTime, ZONES } from "../../emulator/conformance/cloud";
import { certificateOfDays } from "../../emulator/conformance/sign";
import {
  CertificateAuthority,
  ClusterHealth,
  ClusterOperator,
  HsmCluster,
  HsmKey,
  HsmNetwork,
  OntapFileSystem,
} from "../../constructs";
import { putMadeAlarm } from "./made-alarm";
import { EXISTING_NETWORK, Synthesized } from "../../scripts/lib/synthesize";

const HOUR = 3600;
let cloud: TestCloud;
let chain: Chain;
let keyStoreId: string;
let keyId: string;
let hsmCounts: Record<string, number> = {};
let fileSystemId: string;

/** The alarms that the construct makes, but for the one on the queue. */
const made = new Synthesized((stack) => {
  const network = (id: string) => HsmNetwork.fromExisting(stack, id, EXISTING_NETWORK);
  const operator = new ClusterOperator(stack, "operator", { network: network("a") });
  const signer = new CertificateAuthority(stack, "ca");
  const cluster = new HsmCluster(stack, "cluster", { network: network("b"), operator, signer });
  const keyStore = { customKeyStoreId: "cks-0a1b2c3d4e5f60718", connected: [] };
  const keys = [HsmKey.fromKeyArn(stack, "key", "arn:aws:kms:eu-central-1:111122223333:key/1234abcd")];
  const dnsName = "management.fs-0a1b2c3d4e5f60718.fsx.eu-central-1.amazonaws.com";
  const attributes = {
    fileSystemId: "fs-0a1b2c3d4e5f60718",
    dnsName,
    securityGroupId: "sg-0a1b2c3d4e5f60718",
  };
  const fileSystems = [OntapFileSystem.fromAttributes(stack, "files", attributes)];
  new ClusterHealth(stack, "health", { cluster, operator, keyStore, keys, fileSystems });
})
  .resources("aws_cloudwatch_metric_alarm")
  .filter((alarm) => alarm.namespace === "SafeStorage/Operator");

beforeAll(async () => {
  cloud = await TestCloud.start();
  chain = await activeCluster(cloud, 2);
  keyStoreId = await connectedStore(cloud, chain);
  hsmCounts = { [ZONES[0]]: 1, [ZONES[1]]: 1 };
  const { KeyMetadata } = await cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId: keyStoreId });
  keyId = KeyMetadata!.KeyId!;
  fileSystemId = await cloud.availableFileSystem(chain.network.subnetIds[0], 128, KeyMetadata!.Arn!);
  // Of a region's zones the test's cloud and the construct's network have the same.
  const dimensions = {
    Cluster: chain.clusterId,
    Function: chain.operator.functionName,
  };
  for (const alarm of made) await putMadeAlarm(cloud, alarm, dimensions);
});
afterAll(() => cloud.stop());

async function look(trustAnchor = chain.trustAnchor): Promise<string[]> {
  const health: any = await (await fetch(`${cloud.url}/_local/health`)).json();
  const { failed, answer } = await chain.operator.invoke({
    action: "check-health",
    clusterId: chain.clusterId,
    trustAnchor,
    hsmCounts,
    keyStoreId,
    keyIds: [keyId],
    fileSystemIds: [fileSystemId],
    scheduledTime: health.now.replace(/\.\d+Z/, "Z"),
  });
  if (failed) throw new Error(JSON.stringify(answer));
  return answer.problems;
}

/** The names of the alarms that are up once the function has looked as its schedule does. */
async function alarms(trustAnchor?: string): Promise<string[]> {
  const problems = [];
  for (let i = 0; i < 3; i++) {
    await cloud.advanceClock(15 * 60);
    problems.push(...(await look(trustAnchor)));
  }
  await cloud.advanceClock(61);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { MetricAlarms } = await cloud.alarms.describeAlarms({ StateValue: "ALARM" });
  return MetricAlarms!.map((a) => a.AlarmName!.replace("safe-storage-", "")).sort();
}
const firesAs = async (...names: string[]) =>
  expect(
    await untilInTime(
      () => alarms(),
      (up) => JSON.stringify(up) === JSON.stringify(names),
      3,
    ),
  ).toEqual(names);

test("before the first check, the alarm for missing checks is raised instead of all others", async () => {
  await cloud.advanceClock(HOUR);
  await until(
    async () => (await cloud.alarms.describeAlarms({ StateValue: "ALARM" })).MetricAlarms!,
    (up) => up.length === 1 && up[0].AlarmName === "safe-storage-health-unknown",
  );
});

test("a healthy cluster has none", () => firesAs());

test("a deleted HSM: hsms-missing of its zone; an HSM that a schedule has removed is not missing", async () => {
  const [hsm] = (await cloud.cluster(chain.clusterId)).Hsms!;
  await cloud.hsm.deleteHsm({ ClusterId: chain.clusterId, HsmId: hsm.HsmId });
  await until(
    () => cloud.cluster(chain.clusterId),
    ({ Hsms }) => Hsms!.length === 1,
  );
  expect(await look()).toEqual([`HSMs are missing: 1 in ${hsm.AvailabilityZone}`]);
  await firesAs(`hsms-missing-${hsm.AvailabilityZone}`);
  const note = { status: "removed", since: 0, places: [`${hsm.AvailabilityZone} ${hsm.EniIp}`] };
  const { ARN } = await cloud.secrets.createSecret({ Name: "away", SecretString: JSON.stringify(note) });
  const { answer } = await chain.operator.invoke({
    action: "check-health",
    clusterId: chain.clusterId,
    trustAnchor: chain.trustAnchor,
    hsmCounts,
    hsmRecordArn: ARN,
  });
  expect(answer.problems).toEqual([]);
  await cloud.addHsm(chain.clusterId, hsm.AvailabilityZone!);
  await firesAs();
});

test("a degraded HSM: hsms-unhealthy", async () => {
  const [hsm] = (await cloud.cluster(chain.clusterId)).Hsms!;
  await cloud.post("faults", { hsm: hsm.HsmId, fault: "degraded" });
  await firesAs("hsms-unhealthy");
  await cloud.endFaults();
  await firesAs();
});

test("a key store that is not connected: key-store-down, with the error", async () => {
  await cloud.kms.disconnectCustomKeyStore({ CustomKeyStoreId: keyStoreId });
  await cloud.keyStoreIn(keyStoreId, "DISCONNECTED");
  await cloud.post("faults", { keyStore: keyStoreId, fault: "INVALID_CREDENTIALS" });
  await cloud.kms.connectCustomKeyStore({ CustomKeyStoreId: keyStoreId });
  await cloud.keyStoreIn(keyStoreId, "FAILED");
  expect(await look()).toContain(`key store ${keyStoreId} is FAILED: INVALID_CREDENTIALS`);
  expect(await alarms()).toContain("key-store-down");
  await cloud.endFaults();
  await cloud.kms.disconnectCustomKeyStore({ CustomKeyStoreId: keyStoreId });
  await cloud.keyStoreIn(keyStoreId, "DISCONNECTED");
  await cloud.kms.connectCustomKeyStore({ CustomKeyStoreId: keyStoreId });
  await cloud.keyStoreIn(keyStoreId, "CONNECTED");
  await firesAs();
});

test.each([
  ["disabled", () => cloud.kms.disableKey({ KeyId: keyId }), () => cloud.kms.enableKey({ KeyId: keyId })],
  [
    "pending deletion",
    () => cloud.kms.scheduleKeyDeletion({ KeyId: keyId, PendingWindowInDays: 30 }),
    async () => {
      await cloud.kms.cancelKeyDeletion({ KeyId: keyId });
      await cloud.kms.enableKey({ KeyId: keyId });
    },
  ],
])("a key that is %s: keys-unusable", async (_, harm, mend) => {
  await harm();
  await firesAs("keys-unusable");
  await mend();
  await firesAs();
});

test("a store that is CONNECTED and has lost its cluster: connection-lost, and the file system's own alarm where FSx says so", async () => {
  for (const { HsmId } of (await cloud.cluster(chain.clusterId)).Hsms!)
    await cloud.post("faults", { hsm: HsmId, fault: "unreachable" });
  expect(await look()).toEqual([expect.stringMatching(/^key \S+ cannot be used: KMSInvalidStateException/)]);
  await firesAs("connection-lost");
  await cloud.post("faults", { fileSystem: fileSystemId, fault: "MISCONFIGURED" });
  await firesAs("connection-lost", "file-system-misconfigured");
  await cloud.endFaults();
  await firesAs();
});

test.each(["MISCONFIGURED_UNAVAILABLE", "FAILED"])("a file system that is %s", async (fault) => {
  await cloud.post("faults", { fileSystem: fileSystemId, fault });
  expect(await look()).toEqual([expect.stringMatching(`^file system ${fileSystemId} is ${fault}`)]);
  await firesAs("file-system-misconfigured");
  await cloud.endFaults();
  await firesAs();
});

test("an action of the operator that fails: operator-errors, until no further one does", async () => {
  await chain.operator.invoke({ action: "check-health", clusterId: "cluster-aaaaaaaaaaa", trustAnchor: "x" });
  await cloud.advanceClock(61);
  const inAlarm = async () => (await cloud.alarms.describeAlarms({ StateValue: "ALARM" })).MetricAlarms!;
  await until(inAlarm, (up) => up.some((a) => a.AlarmName === "safe-storage-operator-errors"));
  await cloud.advanceClock(30 * 60);
  await firesAs();
});

test("a trust anchor that ends soon: certificate-ends", async () => {
  const ending = await certificateOfDays(30);
  expect(
    await untilInTime(
      () => alarms(ending),
      (up) => up.length > 0,
      3,
    ),
  ).toEqual(["certificate-ends"]);
  await firesAs();
});

test("no new backup for more than a day: backup-old", async () => {
  // AWS's daily backup fails to come: those that there are get older.
  const { Backups } = await cloud.hsm.describeBackups({
    Filters: { clusterIds: [chain.clusterId], states: ["READY"] },
  });
  for (const { BackupId } of Backups!) await cloud.hsm.deleteBackup({ BackupId });
  await cloud.advanceClock(20 * HOUR);
  const fresh = (
    await cloud.hsm.describeBackups({ Filters: { clusterIds: [chain.clusterId], states: ["READY"] } })
  ).Backups!;
  for (const { BackupId } of fresh) await cloud.hsm.deleteBackup({ BackupId });
  await cloud.hsm.restoreBackup({ BackupId: Backups![Backups!.length - 1].BackupId });
  await untilInTime(
    () => alarms(),
    (up) => up.includes("backup-old"),
    3,
  );
  // A new one comes, as with the next HSM.
  await cloud.addHsm(chain.clusterId, ZONES[2]);
  await until(
    async () => (await cloud.hsm.describeBackups({ Filters: { clusterIds: [chain.clusterId] } })).Backups!,
    (all) => all.every((b) => b.BackupState !== "CREATE_IN_PROGRESS"),
  );
  await firesAs();
});

test("every alarm says what it means and what to do", () => {
  expect(made).toHaveLength(11);
  for (const { alarm_description } of made) expect(alarm_description.length).toBeGreaterThan(100);
});
