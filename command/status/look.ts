// Asks AWS for each part of a deployment. Nothing here changes anything.

import { X509Certificate } from "node:crypto";
import { Backup, Cluster, paginateDescribeBackups } from "@aws-sdk/client-cloudhsm-v2";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { FSx } from "@aws-sdk/client-fsx";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { BACKUP_HOURS, CERTIFICATE_DAYS } from "../../constructs/monitoring/health-thresholds";
import { cloudHsm } from "../app/clients";
import { DeploymentState } from "../app/deployment";
import { Row, row, Section } from "./report";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Longer than an audit of a few HSMs takes, shorter than a person waits. */
const USERS_TIMEOUT_MS = 60_000;

const ago = (ms: number): string =>
  ms < HOUR_MS ? `${Math.round(ms / 60_000)} min ago` : `${Math.round(ms / HOUR_MS)} h ago`;

/** The sections of a deployment; a part that cannot be looked at is one that is wrong. */
export async function look(deployment: DeploymentState, deploying: boolean): Promise<Section[]> {
  const sections: Section[] = [];
  const section = async (title: string, rows: () => Promise<Row[]>): Promise<void> => {
    const found = await rows().catch((error: Error) => [
      row("not looked at", `${error.name}: ${error.message}`, "bad"),
    ]);
    if (found.length > 0) sections.push({ title, rows: found });
  };
  for (const id of deployment.clusterIds) {
    const cluster = await describe(deployment.region, id);
    await section("Cluster", async () => [clusterRow(id, cluster)]);
    if (!cluster) continue;
    await section("HSMs", () => hsmRows(deployment, cluster));
    await section("Users", () => userRows(deployment, cluster, deploying));
    await section("Backups", () => backupRows(deployment, cluster));
    await section("Certificates", async () => certificateRows(deployment, cluster));
  }
  await section("Key store", () => keyStoreRows(deployment));
  await section("Keys", () => keyRows(deployment));
  await section("File systems", () => fileSystemRows(deployment));
  await section("Schedules", () => scheduleRows(deployment));
  await section("Alarms", () => alarmRows(deployment));
  return sections;
}

export async function describe(region: string, id: string): Promise<Cluster | undefined> {
  return (await cloudHsm(region).describeClusters({ Filters: { clusterIds: [id] } })).Clusters?.[0];
}

function clusterRow(id: string, cluster?: Cluster): Row {
  if (!cluster) return row(id, "does not exist", "bad");
  return row(id, `${cluster.State}  ${cluster.HsmType}`, cluster.State === "ACTIVE" ? "good" : "bad");
}

async function hsmRows(deployment: DeploymentState, cluster: Cluster): Promise<Row[]> {
  const wanted = deployment.hsmAddresses(cluster.ClusterId!);
  const away = await putAway(deployment, cluster.ClusterId!);
  const there = [...(cluster.Hsms ?? [])].sort((a, b) =>
    `${a.AvailabilityZone} ${a.EniIp}`.localeCompare(`${b.AvailabilityZone} ${b.EniIp}`),
  );
  const rows = there.map(({ AvailabilityZone, EniIp, State, HsmId }) => {
    const stray = wanted.length > 0 && !wanted.includes(EniIp!) ? ", not this deployment's" : "";
    return row(
      `${AvailabilityZone}  ${EniIp}`,
      `${State}  ${HsmId}${stray}`,
      State !== "ACTIVE" ? "bad" : stray ? "note" : "good",
    );
  });
  for (const address of wanted.filter((ip) => !there.some((h) => h.EniIp === ip)))
    rows.push(
      away.includes(address)
        ? row(address, "removed by the schedule", "note")
        : row(address, "missing", "bad"),
    );
  return rows;
}

/** Addresses of HSMs that a schedule has removed, by the operator's note. */
async function putAway(deployment: DeploymentState, clusterId: string): Promise<string[]> {
  const event = deployment.schedules.find(
    (s) => s.event.hsmRecordArn && s.event.clusterId === clusterId,
  )?.event;
  if (!event) return [];
  try {
    const secrets = new SecretsManager({ region: deployment.region });
    const { SecretString } = await secrets.getSecretValue({ SecretId: event.hsmRecordArn });
    const note: { status: string; places: string[] } = JSON.parse(SecretString!);
    return note.status === "restored" ? [] : note.places.map((place) => place.split(" ")[1]);
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return []; // nobody has ever removed one
    throw error;
  }
}

/** By the operator, which reaches the HSMs: an action that changes nothing. */
async function userRows(deployment: DeploymentState, cluster: Cluster, deploying: boolean): Promise<Row[]> {
  if (deploying) return [row("not looked at", "while a deploy is at work", "note")];
  const { ClusterId: clusterId } = cluster;
  const audit = deployment.schedules.find(
    ({ event }) => event.action === "audit-users" && event.clusterId === clusterId,
  );
  const known = audit?.event ?? deployment.events.find((e) => e.clusterId === clusterId && e.trustAnchor);
  if (!known) return [];
  const { trustAnchor, admins, declared } = known;
  const event = { action: "audit-users", clusterId, trustAnchor, kmsuser: true, admins, declared };
  const FunctionName = audit?.functionArn ?? String(deployment.all("aws_lambda_invocation")[0].function_name);
  const { Payload } = await new Lambda({ region: deployment.region }).invoke(
    { FunctionName, Payload: Buffer.from(JSON.stringify(event)) },
    { abortSignal: AbortSignal.timeout(USERS_TIMEOUT_MS) },
  );
  const answer = JSON.parse(Buffer.from(Payload!).toString());
  if (answer.errorType === "OperatorBusy") return [row("not looked at", answer.errorMessage, "note")];
  if (answer.errorType) return [row("not looked at", `${answer.errorType}: ${answer.errorMessage}`, "bad")];
  if (!answer.users?.length) return [row("nobody", answer.notice ?? answer.message ?? "", "note")];
  const active = (cluster.Hsms ?? []).filter((h) => h.State === "ACTIVE").length;
  const off = (name: string): string[] =>
    answer.problems.filter((p: any) => p.user === name).map((p: any) => `${p.problem} on ${p.hsm}`);
  const rows: Row[] = answer.users.map((user: any) => {
    const problems = off(user.username);
    const coverage = `${user.hsms.length} of ${active} HSMs`;
    return row(
      user.username,
      [`${user.role}  ${coverage}`, ...problems].join("; "),
      problems.length > 0 ? "bad" : "good",
    );
  });
  const seen = answer.users.map((u: any) => u.username);
  for (const { user, hsm, problem } of answer.problems)
    if (!seen.includes(user)) rows.push(row(user ?? hsm, `${problem} on ${hsm}`, "bad"));
  return rows;
}

async function backupsOf(region: string, states: string[]): Promise<Backup[]> {
  const all: Backup[] = [];
  const pages = paginateDescribeBackups({ client: cloudHsm(region) }, { Filters: { states } });
  for await (const { Backups } of pages) all.push(...Backups!);
  return all.sort((a, b) => b.CreateTimestamp!.getTime() - a.CreateTimestamp!.getTime());
}

async function backupRows(deployment: DeploymentState, cluster: Cluster): Promise<Row[]> {
  const { ClusterId: clusterId } = cluster;
  const own = (await backupsOf(deployment.region, ["READY"])).filter((b) => b.ClusterId === clusterId);
  const backupMs = (deployment.threshold("BackupAge", clusterId!) ?? BACKUP_HOURS * 3600) * 1000;
  const age = own[0] ? Date.now() - own[0].CreateTimestamp!.getTime() : 0;
  // AWS takes none of a cluster without HSMs, and none of a new one for a day.
  const expected =
    (cluster.Hsms ?? []).length > 0 && Date.now() - cluster.CreateTimestamp!.getTime() > backupMs;
  const rows = [
    own[0]
      ? row(
          `${deployment.region}, ${own.length} READY`,
          `newest ${own[0].BackupId}, ${ago(age)}`,
          age > backupMs && expected ? "bad" : "good",
        )
      : row(deployment.region, "no READY backup", expected ? "bad" : "note"),
  ];
  const regions = deployment.schedules
    .filter(({ event }) => event.action === "replicate-backups" && event.clusterId === clusterId)
    .map((s) => s.functionArn.split(":")[3]);
  for (const region of new Set(regions)) {
    const copies = (await backupsOf(region, ["READY"])).filter((b) => b.SourceCluster === clusterId);
    rows.push(
      copies[0]
        ? row(
            `${region}, ${copies.length} copies`,
            `newest of ${copies[0].SourceBackup}, taken ${ago(Date.now() - copies[0].CreateTimestamp!.getTime())}`,
            "good",
          )
        : row(region, "no READY copy", expected ? "bad" : "note"),
    );
  }
  return rows;
}

function certificateRows(deployment: DeploymentState, cluster: Cluster): Row[] {
  const anchor = deployment.events.find(
    (e) => e.clusterId === cluster.ClusterId && e.trustAnchor,
  )?.trustAnchor;
  const least = deployment.threshold("CertificateDays", cluster.ClusterId!) ?? CERTIFICATE_DAYS;
  const certificates = { "trust anchor": anchor, cluster: cluster.Certificates?.ClusterCertificate };
  return Object.entries(certificates).flatMap(([name, pem]) => {
    if (!pem) return [];
    const ends = new Date(new X509Certificate(pem).validTo);
    const days = Math.floor((ends.getTime() - Date.now()) / DAY_MS);
    const state = `ends on ${ends.toISOString().slice(0, 10)}, in ${days} days`;
    return [row(name, state, days < least ? "bad" : "good")];
  });
}

async function keyStoreRows(deployment: DeploymentState): Promise<Row[]> {
  const ids = new Set([
    ...deployment.all("aws_kms_custom_key_store").map((a) => String(a.id)),
    ...deployment.events.map((e) => e.keyStoreId).filter((id) => id !== undefined),
  ]);
  const kms = new KMS({ region: deployment.region });
  return Promise.all(
    [...ids].map(async (CustomKeyStoreId) => {
      const { CustomKeyStores } = await kms.describeCustomKeyStores({ CustomKeyStoreId });
      const { CustomKeyStoreName, ConnectionState, ConnectionErrorCode } = CustomKeyStores![0];
      const state = [ConnectionState, ConnectionErrorCode].filter(Boolean).join(": ");
      return row(
        `${CustomKeyStoreName}  ${CustomKeyStoreId}`,
        state,
        ConnectionState === "CONNECTED" ? "good" : "bad",
      );
    }),
  );
}

async function keyRows(deployment: DeploymentState): Promise<Row[]> {
  const kms = new KMS({ region: deployment.region });
  const keys = deployment.all("aws_kms_key").filter((a) => a.custom_key_store_id);
  return Promise.all(
    keys.map(async (key) => {
      const { KeyMetadata } = await kms.describeKey({ KeyId: String(key.key_id) });
      const { KeyState, DeletionDate } = KeyMetadata!;
      const until = DeletionDate ? `, deleted on ${DeletionDate.toISOString().slice(0, 10)}` : "";
      return row(String(key.key_id), `${KeyState}${until}`, KeyState === "Enabled" ? "good" : "bad");
    }),
  );
}

async function fileSystemRows(deployment: DeploymentState): Promise<Row[]> {
  const fsx = new FSx({ region: deployment.region });
  const ids = deployment.all("aws_fsx_ontap_file_system").map((a) => String(a.id));
  if (ids.length === 0) return [];
  const { FileSystems } = await fsx.describeFileSystems({ FileSystemIds: ids });
  return FileSystems!.map(({ FileSystemId, Lifecycle, StorageCapacity, FailureDetails }) =>
    row(
      FileSystemId,
      [`${Lifecycle}  ${StorageCapacity} GiB`, FailureDetails?.Message].filter(Boolean).join(": "),
      Lifecycle === "AVAILABLE" ? "good" : Lifecycle === "UPDATING" ? "note" : "bad",
    ),
  );
}

async function scheduleRows(deployment: DeploymentState): Promise<Row[]> {
  return Promise.all(
    deployment.schedules.map(async ({ attributes, region }) => {
      const { group_name: GroupName, name: Name } = attributes as { group_name: string; name: string };
      const scheduler = new Scheduler({ region });
      const found = await scheduler.getSchedule({ GroupName, Name });
      const zone = found.ScheduleExpressionTimezone === "UTC" ? "" : ` ${found.ScheduleExpressionTimezone}`;
      return row(
        `${GroupName}/${Name}`,
        `${found.State}  ${found.ScheduleExpression}${zone}`,
        found.State === "ENABLED" ? "good" : "bad",
      );
    }),
  );
}

/** "AlarmNames: maximum number of 100 items": DescribeAlarms, Amazon CloudWatch API Reference. */
const ALARMS_A_CALL = 100;

/** Those that are not OK, one by one. */
async function alarmRows(deployment: DeploymentState): Promise<Row[]> {
  const rows: Row[] = [];
  let quiet = 0;
  for (const [region, names] of Object.entries(deployment.alarms)) {
    const cloudWatch = new CloudWatch({ region });
    for (let i = 0; i < names.length; i += ALARMS_A_CALL) {
      const AlarmNames = names.slice(i, i + ALARMS_A_CALL);
      const { MetricAlarms } = await cloudWatch.describeAlarms({ AlarmNames });
      for (const name of AlarmNames) {
        const alarm = MetricAlarms!.find((a) => a.AlarmName === name);
        if (alarm?.StateValue === "OK") quiet++;
        else if (alarm?.StateValue === "ALARM") rows.push(row(name, `ALARM: ${alarm.StateReason}`, "bad"));
        else rows.push(row(name, alarm ? "no data yet" : "does not exist", alarm ? "note" : "bad"));
      }
    }
  }
  if (quiet > 0) rows.push(row(`${quiet} alarms`, "OK", "good"));
  return rows;
}
