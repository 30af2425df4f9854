// Backups of a deployment with copies in another region: listed, copied, kept, deleted and restored by safe-storage backups.

import { setTimeout as sleep } from "node:timers/promises";
import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { TestCloud, until, untilInTime } from "../../emulator/conformance/cloud";
import { Deployment } from "./deployment";

const THERE = "eu-west-1";
let deployment: Deployment;
let cloud: TestCloud;
let there: CloudHSMV2;

beforeAll(async () => {
  deployment = await Deployment.fromReference("backups", {
    cluster: { backupsOnDemand: true },
    backupReplication: {
      destinations: [{ region: THERE, copies: 3, emails: ["hsm@example.com"] }],
      recoveryPointHours: 168, // a look each six hours is enough for a clock that is moved by days
    },
  });
  cloud = TestCloud.at(deployment.endpoint);
  there = new CloudHSMV2({ ...deployment.client, region: THERE });
  // What a killed deploy has made in the other region is taken over there.
  await deployment.deployKilledAt("POST /schedule-groups/safe-storage-copies", 1);
  await deployment.deployKilledAt("POST /schedules/copy", 1);
  const { status, output } = await deployment.deploy();
  if (status !== 0) throw new Error(output.slice(-5000));
});
afterAll(() => deployment.stop());

const run = (...args: string[]) => deployment.command("backups", ...args);
const backups = async (hsm: CloudHSMV2) => (await hsm.describeBackups({})).Backups!;
/** But for those that were copied twice, by runs that a moved clock has begun side by side, and are going. */
const ready = async (hsm: CloudHSMV2) => (await backups(hsm)).filter((b) => b.BackupState === "READY");
const byId = async (hsm: CloudHSMV2, id: string) => (await backups(hsm)).find((b) => b.BackupId === id);

test("a deploy makes the first copy, and the plan is empty", async () => {
  const [copy] = await backups(there);
  expect(copy).toMatchObject({ BackupState: "READY", SourceCluster: deployment.output("cluster_id") });
  expect(await deployment.plan()).toMatchObject({ status: 0 });
});

test("list shows those here and the copies there", async () => {
  const { status, output } = await run("list");
  expect(status).toBe(0);
  for (const hsm of [cloud.hsm, there])
    for (const { BackupId } of await backups(hsm)) expect(output).toContain(BackupId);
  expect(output).toMatch(/copy of backup-\w+ in eu-central-1/);
});

test("an operator that was idle for weeks, whose network interfaces Lambda has taken away, is waited for («Lambda function states», Developer Guide)", async () => {
  await cloud.post("faults", { function: deployment.output("operator_function"), fault: "idle" });
  const before = (await cloud.recordedCalls()).length;
  const { status, output } = await run("list");
  expect((await cloud.recordedCalls()).slice(before).map((call) => call.status)).toContain(502);
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(output).toContain((await backups(cloud.hsm))[0].BackupId);
});

test("copy takes the day's new backup over, at once", async () => {
  await cloud.advanceClock(24 * 3600 + 1);
  const [newest] = (await until(
    () => backups(cloud.hsm),
    ([first]) => first.BackupState === "READY",
  ))!;
  const { status, output } = await run("copy", "--region", THERE);
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(output).toContain(`of ${newest.BackupId}`);
  expect((await ready(there))[0]).toMatchObject({ SourceBackup: newest.BackupId });
  expect(await run("copy", "--region", "eu-central-1")).toMatchObject({
    status: 2,
    output: expect.stringContaining("name it by --region"),
  });
});

describe.each([
  ["in the cluster's region", () => cloud.hsm, []],
  ["of a copy", () => there, ["--region", THERE]],
] as const)("a backup %s", (_, hsm, region) => {
  const oldest = async () => (await ready(hsm())).pop()!.BackupId!;

  test("is kept for ever, then cannot be deleted, and is released", async () => {
    const id = await oldest();
    expect(await run("keep", id, ...region)).toMatchObject({ status: 0 });
    expect(await byId(hsm(), id)).toMatchObject({ NeverExpires: true });
    expect(await run("delete", id, ...region)).toMatchObject({
      status: 1,
      output: expect.stringContaining("BackupIsKept"),
    });
    expect(await run("release", id, ...region)).toMatchObject({ status: 0 });
    expect(await byId(hsm(), id)).toMatchObject({ NeverExpires: false });
  });

  test("is deleted, and restored within its 7 days", async () => {
    const id = await oldest();
    expect(await run("delete", id, ...region)).toMatchObject({
      status: 0,
      output: expect.stringContaining("it can be brought back until"),
    });
    expect(await byId(hsm(), id)).toMatchObject({ BackupState: "PENDING_DELETION" });
    expect(await run("restore", id, ...region)).toMatchObject({ status: 0 });
    expect(await byId(hsm(), id)).toMatchObject({ BackupState: "READY" });
  });

  test("that is the newest is never deleted, nor one of somebody else's", async () => {
    const [{ BackupId }] = await ready(hsm());
    expect(await run("delete", BackupId!, ...region)).toMatchObject({
      status: 1,
      output: expect.stringContaining("NewestBackup"),
    });
    expect(await run("delete", "backup-aaaaaaaaaaa", ...region)).toMatchObject({
      status: 1,
      output: expect.stringContaining("BackupNotFound"),
    });
  });
});

test("copying that fails in all its attempts raises its alarm in the other region", async () => {
  const alarms = new CloudWatch({ ...deployment.client, region: THERE });
  const state = async () => {
    await sleep(300); // the function needs real time, and the clock moves on with each look
    await cloud.advanceClock(61);
    const { MetricAlarms } = await alarms.describeAlarms({
      AlarmNames: ["safe-storage-backups-copy-failed"],
    });
    return MetricAlarms![0].StateValue;
  };
  const fault = {
    operation: "CopyBackupToRegion",
    fault: "error",
    code: "CloudHsmInternalFailureException",
    status: 400,
  };
  await cloud.post("faults", { ...fault, times: 1000 });
  await cloud.advanceClock(24 * 3600 + 1); // a new backup, and firings enough
  await untilInTime(state, (s) => s === "ALARM", 600);
  await cloud.endFaults();
});

test("the copier's role allows what it has called of CloudHSM, and nothing else", async () => {
  const calls = await cloud.recordedCalls();
  const own = calls.filter((c) => c.who === "safe-storage-backups" && c.service === "cloudhsm");
  const used = own.map((c) => `cloudhsm:${c.operation}`);
  // A copy's tags are asked for with it.
  const all = [...new Set([...used, "cloudhsm:TagResource"])].sort();
  const may = deployment.allowedBy("aws_iam_role_policy", "backup-replication");
  expect(may.filter((action) => action.startsWith("cloudhsm:"))).toEqual(all);
});
