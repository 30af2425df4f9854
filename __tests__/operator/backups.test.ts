// Copies of backups in another region: made once, verified, thinned out, never the last; their age told; and what a plan asks.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Backup, CloudHSMV2, paginateDescribeBackups } from "@aws-sdk/client-cloudhsm-v2";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { Lambda } from "@aws-sdk/client-lambda";
import { activeCluster, Chain } from "../../emulator/conformance/chain";
import { TestCloud, until, untilInTime, ZONES } from "../../emulator/conformance/cloud";

const ROOT = join(__dirname, "../..");
const DAY = 24 * 3600;
const HERE = "eu-central-1";
const THERE = "eu-west-1";
const ALARM = "recovery-point";

let cloud: TestCloud;
let chain: Chain;
let there: { hsm: CloudHSMV2; lambda: Lambda; alarms: CloudWatch };

beforeAll(async () => {
  cloud = await TestCloud.start();
  chain = await activeCluster(cloud, 2);
  const client = { endpoint: cloud.url, region: THERE, credentials: cloud.credentials };
  there = { hsm: new CloudHSMV2(client), lambda: new Lambda(client), alarms: new CloudWatch(client) };
  const Role = await cloud.role("copier", ["logs:CreateLogStream", "logs:PutLogEvents"]);
  await new CloudWatchLogs(client).createLogGroup({ logGroupName: "/aws/lambda/copier" });
  await cloud.allow("copier", rights());
  const layer = await there.lambda.publishLayerVersion({
    LayerName: "copier",
    Content: { ZipFile: readFileSync(join(ROOT, ".local/stand-in-layer.zip")) },
  });
  await there.lambda.createFunction({
    FunctionName: "copier",
    Role,
    Runtime: "provided.al2023",
    Handler: "operator.handle",
    Timeout: 900, // as OperatorFunction has it
    Code: { ZipFile: readFileSync(join(ROOT, "dist/operator.zip")) },
    Layers: [layer.LayerVersionArn!],
  });
  await there.alarms.putMetricAlarm({
    AlarmName: ALARM,
    Namespace: "SafeStorage/Operator",
    MetricName: "NewestCopyAge",
    Dimensions: [{ Name: "SourceCluster", Value: chain.clusterId }],
    Statistic: "Maximum",
    Period: 3600,
    EvaluationPeriods: 1,
    Threshold: 30 * 3600,
    ComparisonOperator: "GreaterThanThreshold",
    TreatMissingData: "breaching",
  });
  await cloud.post("snapshots", { name: "begin" });
});
afterAll(() => cloud.stop());

/** Those that the construct gives. */
const rights = () => [
  { Effect: "Allow", Action: "logs:*", Resource: "*" },
  { Effect: "Allow", Action: "cloudhsm:DescribeBackups", Resource: "*" },
  {
    Effect: "Allow",
    Action: ["cloudhsm:CopyBackupToRegion", "cloudhsm:TagResource"],
    Resource: "arn:aws:cloudhsm:*:123456789012:backup/*",
    Condition: { StringEquals: { "aws:RequestTag/SafeStorageCopyOf": chain.clusterId } },
  },
  {
    Effect: "Allow",
    Action: "cloudhsm:DeleteBackup",
    Resource: `arn:aws:cloudhsm:${THERE}:123456789012:backup/*`,
    Condition: { StringEquals: { "aws:ResourceTag/SafeStorageCopyOf": chain.clusterId } },
  },
];

async function now(): Promise<number> {
  const health: any = await (await fetch(`${cloud.url}/_local/health`)).json();
  return Date.parse(health.now);
}

async function run(action: string, more: object = {}): Promise<any> {
  const event = {
    action,
    clusterId: chain.clusterId,
    ...(action === "replicate-backups" && {
      sourceRegion: HERE,
      copies: "3",
      copyDays: "90",
      tags: { Team: "payments" },
      scheduledTime: new Date(await now()).toISOString().replace(/\.\d+Z/, "Z"),
    }),
    ...more,
  };
  const { FunctionError, Payload } = await there.lambda.invoke({
    FunctionName: "copier",
    Payload: Buffer.from(JSON.stringify(event)),
  });
  const answer = JSON.parse(Buffer.from(Payload!).toString());
  return FunctionError ? { error: answer.errorType, message: answer.errorMessage } : answer;
}
const replicate = (more: object = {}) => run("replicate-backups", more);

async function backups(hsm: CloudHSMV2, ...states: string[]): Promise<Backup[]> {
  const all: Backup[] = [];
  for await (const page of paginateDescribeBackups(
    { client: hsm },
    states.length > 0 ? { Filters: { states } } : {},
  ))
    all.push(...page.Backups!);
  return all;
}
const copies = () => backups(there.hsm, "READY", "CREATE_IN_PROGRESS");
/** The newest in the cluster's own region, once it is READY. */
const newest = async () =>
  (await until(
    () => backups(cloud.hsm),
    ([first]) => first.BackupState === "READY",
  ))![0];
/** AWS's daily backup, so many times. */
async function letDaysPass(days: number): Promise<void> {
  for (let day = 0; day < days; day++) await cloud.advanceClock(DAY + 1);
  await newest();
}
const alarm = async () => {
  await cloud.advanceClock(61);
  return (await there.alarms.describeAlarms({ AlarmNames: [ALARM] })).MetricAlarms![0].StateValue;
};

describe("the newest backup", () => {
  beforeAll(() => cloud.post("snapshots/begin/restore"));

  test("is copied, with its tags, and is READY when the run ends", async () => {
    const source = await newest();
    const answer = await replicate();
    const [copy] = await copies();
    expect(answer).toMatchObject({
      status: "done",
      newest: { BackupId: copy.BackupId, SourceBackup: source.BackupId, SourceRegion: HERE },
      deleted: [],
    });
    expect(copy).toMatchObject({ BackupState: "READY", SourceCluster: chain.clusterId });
    expect(copy.TagList).toEqual(
      expect.arrayContaining([
        { Key: "SafeStorageCopyOf", Value: chain.clusterId },
        { Key: "Team", Value: "payments" },
      ]),
    );
  });

  test("is copied once, also by runs side by side that come later", async () => {
    await Promise.all([replicate(), replicate()]);
    expect(await copies()).toHaveLength(1);
  });

  test("is copied before older ones, and those are not copied any longer", async () => {
    await letDaysPass(2);
    await replicate();
    expect((await copies()).map((c) => c.SourceBackup)).toHaveLength(2);
    expect((await copies())[0].SourceBackup).toBe((await newest()).BackupId);
  });

  test("that AWS refuses to copy does not keep the one before from being copied", async () => {
    await letDaysPass(2);
    const [, before] = await backups(cloud.hsm, "READY");
    await cloud.post("faults", {
      operation: "CopyBackupToRegion",
      fault: "error",
      code: "CloudHsmInvalidRequestException",
      status: 400,
    });
    const answer = await replicate();
    await cloud.endFaults();
    expect(answer).toMatchObject({ status: "done", newest: { SourceBackup: before.BackupId } });
    expect(answer.notice).toMatch(/was not copied \(CloudHsmInvalidRequestException/);
  });

  test("copied twice, by a call whose answer was lost, is there once in the end", async () => {
    await letDaysPass(1);
    await cloud.post("faults", { operation: "CopyBackupToRegion", fault: "lose-answer" });
    await replicate();
    await cloud.endFaults();
    await replicate();
    const sources = (await copies()).map((c) => c.SourceBackup);
    expect(new Set(sources).size).toBe(sources.length);
    expect(sources[0]).toBe((await newest()).BackupId);
  });

  test("is the answer to a plan", async () => {
    const [copy] = await copies();
    expect(await run("newest-copy")).toMatchObject({ status: "done", newest: { BackupId: copy.BackupId } });
    expect(await run("newest-copy", { clusterId: "cluster-aaaaaaaaaaa" })).toMatchObject({ error: "NoCopy" });
  });
});

describe("old copies", () => {
  beforeAll(() => cloud.post("snapshots/begin/restore"));

  test("beyond the number are deleted, and one that never expires stays and does not count", async () => {
    await replicate();
    const [{ BackupId: kept }] = await copies();
    await there.hsm.modifyBackupAttributes({ BackupId: kept, NeverExpires: true });
    for (let i = 0; i < 5; i++) {
      await letDaysPass(1);
      await replicate();
    }
    const left = await copies();
    expect(left).toHaveLength(4);
    expect(left.map((c) => c.BackupId)).toContain(kept);
    expect((await backups(there.hsm, "PENDING_DELETION")).length).toBe(2);
  });

  test("of one backup, made by runs side by side, do not push out those of older ones", async () => {
    const sources = async () => new Set((await copies()).map((c) => c.SourceBackup));
    const before = await sources();
    const [{ SourceBackup: BackupId }] = await copies();
    for (let i = 0; i < 3; i++)
      await cloud.hsm.copyBackupToRegion({
        BackupId,
        DestinationRegion: THERE,
        TagList: [{ Key: "SafeStorageCopyOf", Value: chain.clusterId }],
      });
    await until(
      () => backups(there.hsm, "READY"),
      (all) => all.length === before.size + 3,
    );
    const runs = await Promise.all([replicate(), replicate()]);
    expect(runs.map((r) => r.status)).toEqual(["done", "done"]);
    expect(await sources()).toEqual(before);
    expect(await copies()).toHaveLength(before.size);
  });

  test("beyond the age are deleted, the newest never, however old", async () => {
    const { ClusterId, Hsms } = await cloud.cluster(chain.clusterId);
    for (const { HsmId } of Hsms!) await cloud.hsm.deleteHsm({ ClusterId, HsmId });
    await letDaysPass(1);
    await replicate();
    const [last] = await copies();
    await cloud.advanceClock(100 * DAY); // and no HSM of which AWS takes a backup
    const answer = await replicate();
    expect(answer.deleted).not.toContain(last.BackupId);
    const left = await copies();
    expect(left.filter((c) => !c.NeverExpires).map((c) => c.BackupId)).toEqual([last.BackupId]);
  });

  test("stay where AWS refuses to make a newer one", async () => {
    const before = await copies();
    await cloud.addHsm(chain.clusterId, ZONES[0]);
    await cloud.addHsm(chain.clusterId, ZONES[1]);
    await newest();
    await cloud.post("faults", {
      operation: "CopyBackupToRegion",
      fault: "error",
      code: "CloudHsmInvalidRequestException",
      status: 400,
      times: 100,
    });
    expect(await replicate()).toMatchObject({ error: "BackupNotCopied" });
    await cloud.endFaults();
    expect(await copies()).toEqual(before);
  });

  test("that somebody else has made stay, and do not count", async () => {
    const [theirs] = await copies();
    await there.hsm.untagResource({ ResourceId: theirs.BackupId, TagKeyList: ["SafeStorageCopyOf"] });
    for (let i = 0; i < 2; i++) {
      await letDaysPass(1);
      expect(await replicate({ copies: "1" })).toMatchObject({ status: "done" });
    }
    const left = (await copies()).filter((c) => !c.NeverExpires).map((c) => c.BackupId);
    expect(left).toHaveLength(2);
    expect(left).toContain(theirs.BackupId);
  });
});

describe("the recovery point", () => {
  beforeAll(() => cloud.post("snapshots/begin/restore"));

  test("alarms before the first copy, and clears with it", async () => {
    await untilInTime(alarm, (state) => state === "ALARM");
    await replicate();
    await untilInTime(alarm, (state) => state === "OK");
  });

  test("alarms when the newest copy is older than the objective though the function runs, and clears with the next copy", async () => {
    await cloud.advanceClock(31 * 3600);
    await cloud.post("faults", { operation: "CopyBackupToRegion", fault: "drop", times: 100 });
    expect(await replicate()).toMatchObject({ error: "BackupNotCopied" });
    await untilInTime(alarm, (state) => state === "ALARM");
    await cloud.endFaults();
    await replicate();
    await cloud.advanceClock(3600); // the old value leaves the period
    await replicate();
    await untilInTime(alarm, (state) => state === "OK");
  });

  test("raises the alarm when the age is not reported", async () => {
    await cloud.advanceClock(2 * 3600);
    await untilInTime(alarm, (state) => state === "ALARM");
  });

  test("is reported even when the cluster's region is lost", async () => {
    await cloud.post("faults", { region: HERE, fault: "lost" });
    expect(await replicate()).toMatchObject({ error: "EndpointConnectionError" });
    await untilInTime(alarm, (state) => state === "OK");
    expect(await run("newest-copy")).toMatchObject({ status: "done" });
    await cloud.endFaults();
  });
});
