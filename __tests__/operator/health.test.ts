// Each alarm of a ClusterHealth, as the construct makes it, fires when its thing goes wrong and clears when it is mended.

import { activeCluster, Chain, connectedStore } from "../../emulator/conformance/chain";
import { TestCloud, until, ZONES } from "../../emulator/conformance/cloud";
import {
  CertificateAuthority,
  ClusterHealth,
  ClusterOperator,
  HsmCluster,
  HsmKey,
  HsmNetwork,
} from "../../constructs";
import { EXISTING_NETWORK, Synthesized } from "../constructs/synthesize";

jest.setTimeout(5 * 60_000);

const HOUR = 3600;
let cloud: TestCloud;
let chain: Chain;
let keyStoreId: string;
let keyId: string;
let hsms = "";

/** The alarms that the construct makes, but for the one on the queue. */
const made = new Synthesized((stack) => {
  const network = (id: string) => HsmNetwork.fromExisting(stack, id, EXISTING_NETWORK);
  const operator = new ClusterOperator(stack, "operator", { network: network("a") });
  const signer = new CertificateAuthority(stack, "ca");
  const cluster = new HsmCluster(stack, "cluster", { network: network("b"), operator, signer });
  const keyStore = { customKeyStoreId: "cks-0a1b2c3d4e5f60718", connected: [] };
  const keys = [HsmKey.fromKeyArn(stack, "key", "arn:aws:kms:eu-central-1:111122223333:key/1234abcd")];
  new ClusterHealth(stack, "health", { cluster, operator, keyStore, keys });
})
  .resources("aws_cloudwatch_metric_alarm")
  .filter((alarm) => alarm.namespace === "SafeStorage/Operator");

beforeAll(async () => {
  cloud = await TestCloud.start();
  chain = await activeCluster(cloud, 2);
  keyStoreId = await connectedStore(cloud, chain);
  hsms = `${ZONES[0]}=1 ${ZONES[1]}=1`;
  const { KeyMetadata } = await cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId: keyStoreId });
  keyId = KeyMetadata!.KeyId!;
  for (const alarm of made)
    await cloud.alarms.putMetricAlarm({
      AlarmName: alarm.alarm_name,
      Namespace: alarm.namespace,
      MetricName: alarm.metric_name,
      Dimensions: [{ Name: "Cluster", Value: chain.clusterId }],
      Statistic: alarm.statistic,
      Period: alarm.period,
      EvaluationPeriods: alarm.evaluation_periods,
      Threshold: alarm.threshold,
      ComparisonOperator: alarm.comparison_operator,
      TreatMissingData: alarm.treat_missing_data,
    });
});
afterAll(() => cloud.stop());

async function look(): Promise<string[]> {
  const health: any = await (await fetch(`${cloud.url}/_local/health`)).json();
  const { failed, answer } = await chain.operator.invoke({
    action: "check-health",
    clusterId: chain.clusterId,
    trustAnchor: chain.trustAnchor,
    hsms,
    keyStoreId,
    keyIds: [keyId],
    scheduledTime: health.now.replace(/\.\d+Z/, "Z"),
  });
  if (failed) throw new Error(JSON.stringify(answer));
  return answer.problems;
}

/** The names of the alarms that are up once the function has looked as its schedule does. */
async function alarms(): Promise<string[]> {
  const problems = [];
  for (let i = 0; i < 3; i++) {
    await cloud.advanceClock(15 * 60);
    problems.push(...(await look()));
  }
  await cloud.advanceClock(61);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { MetricAlarms } = await cloud.alarms.describeAlarms({ StateValue: "ALARM" });
  return MetricAlarms!.map((a) => a.AlarmName!.replace("safe-storage-", "")).sort();
}
const firesAs = async (...names: string[]) =>
  expect(await until(alarms, (up) => JSON.stringify(up) === JSON.stringify(names), 3)).toEqual(names);

test("before anybody looks, that is what the one alarm says that stands for all", async () => {
  await cloud.advanceClock(HOUR);
  await until(
    async () => (await cloud.alarms.describeAlarms({ StateValue: "ALARM" })).MetricAlarms!,
    (up) => up.length === 1 && up[0].AlarmName === "safe-storage-health-unknown",
  );
});

test("a healthy cluster has none", () => firesAs());

test("an HSM that is gone: hsms-missing, with its zone; one that a schedule has put away is not missing", async () => {
  const [hsm] = (await cloud.cluster(chain.clusterId)).Hsms!;
  await cloud.hsm.deleteHsm({ ClusterId: chain.clusterId, HsmId: hsm.HsmId });
  await until(
    () => cloud.cluster(chain.clusterId),
    ({ Hsms }) => Hsms!.length === 1,
  );
  expect(await look()).toEqual([`HSMs are missing: 1 in ${hsm.AvailabilityZone}`]);
  await firesAs("hsms-missing");
  const note = { status: "removed", since: 0, places: [`${hsm.AvailabilityZone} ${hsm.EniIp}`] };
  const { ARN } = await cloud.secrets.createSecret({ Name: "away", SecretString: JSON.stringify(note) });
  const { answer } = await chain.operator.invoke({
    action: "check-health",
    clusterId: chain.clusterId,
    trustAnchor: chain.trustAnchor,
    hsms,
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
  await until(alarms, (up) => up.includes("backup-old"), 3);
});

test("every alarm says what it means and what to do", () => {
  expect(made).toHaveLength(7);
  for (const { alarm_description } of made) expect(alarm_description.length).toBeGreaterThan(100);
});
