// HSMs removed on a schedule, from the settings to the morning after: by day and by night a plan is empty, a deploy by night brings
// nothing back, a restore that fails is told, and is repeated by hand.

import { KMS } from "@aws-sdk/client-kms";
import { TestCloud, until, untilInTime } from "../../emulator/conformance/cloud";
import { nextFirings } from "../../constructs/schedule/hsm-windows";
import { Deployment } from "./deployment";

const nights = { removeAt: "cron(0 19 * * ? *)", restoreAt: "cron(0 7 * * ? *)" };
const ZONE = "Europe/Berlin";
const topicArn = "arn:aws:sns:eu-central-1:123456789012:on-call";
const ALL = ["10.42.0.10", "10.42.0.138", "10.42.0.74"];

let deployment: Deployment;
let cloud: TestCloud;
let ciphertext: Uint8Array;

const settings = (more: object = {}, zones = ["a", "b", "c"]) => ({
  cluster: { hsms: Object.fromEntries(zones.map((zone) => [`eu-central-1${zone}`, 1])) },
  ...more,
});
const SCHEDULE = { windows: { nights }, timeZone: ZONE, emails: ["hsm@example.com"], topicArn };

/** By the user's own command. */
async function deploy(changes: object): Promise<string> {
  deployment.configure(changes);
  const { status, output } = await deployment.deploy();
  if (status !== 0) throw new Error(output.slice(-4000));
  return output;
}
/** By Terraform alone. */
async function apply(changes: object): Promise<void> {
  deployment.configure(changes);
  await deployment.apply();
}
/** Terraform's word on a deploy that had nothing to do. */
const NOTHING_TO_DO = "No changes. Your infrastructure matches the configuration.";
async function expectNoDrift(): Promise<void> {
  const { status, output } = await deployment.plan();
  if (status !== 0) throw new Error(`The plan is not empty: ${output.slice(-3000)}`);
}
const addresses = async (): Promise<string[]> =>
  (await cloud.cluster(deployment.output("cluster_id"))).Hsms!.map((h) => h.EniIp!).sort();
const changes = async (): Promise<string[]> =>
  (await cloud.recordedCalls())
    .map(({ operation }) => operation)
    .filter((operation) => /^(Create|Delete)Hsm$/.test(operation));
const decrypted = async (): Promise<string> => {
  const { Plaintext } = await new KMS(deployment.client).decrypt({ CiphertextBlob: ciphertext });
  return Buffer.from(Plaintext!).toString();
};

/** Moves the clock to just after the next firing. */
async function to(expression: string): Promise<void> {
  const health: any = await (await fetch(`${cloud.url}/_local/health`)).json();
  const now = Date.parse(health.now);
  await cloud.advanceClock((nextFirings(expression, ZONE, now, 1)[0] - now) / 1000 + 1);
}
/** What the topic was told since the last time. */
async function told(): Promise<{ Subject: string; Message: string }[]> {
  const { QueueUrl } = await cloud.sqs.getQueueUrl({ QueueName: "on-call" });
  const { Messages = [] } = await cloud.sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
  for (const { ReceiptHandle } of Messages) await cloud.sqs.deleteMessage({ QueueUrl, ReceiptHandle });
  return Messages.map((m) => JSON.parse(m.Body!));
}
async function nextTold(): Promise<{ Subject: string; Message: string }> {
  const [one] = await until(told, (messages) => messages.length > 0);
  return one;
}

beforeAll(async () => {
  deployment = await Deployment.fromReference("schedule");
  cloud = TestCloud.at(deployment.endpoint);
  await cloud.advanceToNoon();
  await cloud.sns.createTopic({ Name: "on-call" });
  await cloud.sqs.createQueue({ QueueName: "on-call" });
  const Endpoint = "arn:aws:sqs:eu-central-1:123456789012:on-call";
  await cloud.sns.subscribe({ TopicArn: topicArn, Protocol: "sqs", Endpoint });
  await apply(settings());
  const KeyId = deployment.output("key_arn");
  const answer = await new KMS(deployment.client).encrypt({ KeyId, Plaintext: Buffer.from("mine") });
  ciphertext = answer.CiphertextBlob!;
});
afterAll(() => deployment.stop());

test("a deploy that is killed while it makes the schedule continues where it stopped", async () => {
  const before = await changes();
  deployment.configure(settings({ schedule: SCHEDULE }));
  await deployment.deployKilledAt("POST /schedule-groups/safe-storage-hsms", 1);
  await deployment.deployKilledAt("POST /schedules/nights-remove", 1);
  await deploy(settings({ schedule: SCHEDULE }));
  expect(await changes()).toEqual(before);
});

test("a schedule is added to an existing cluster: no HSM is touched, and the deploy reports no foreign HSM", async () => {
  const before = await changes();
  const output = await deploy(settings({ schedule: SCHEDULE }));
  expect(await changes()).toEqual(before);
  expect(output).not.toContain("is not this stack's");
  expect(output).toContain(NOTHING_TO_DO);
  expect(deployment.output("hsm_cost_a_month")).toMatchObject({ hsmHoursWithout: 2190 });
});

test("by night one HSM stays and serves; the plan is empty, and a deploy brings nothing back", async () => {
  await to(nights.removeAt);
  const { Subject, Message } = await nextTold();
  expect(Subject).toBe("remove-hsms: done");
  expect(Message).toMatch(
    /eu-central-1b 10\.42\.0\.74; .*Backup backup-\w+ is READY\. It took \d+ min \d+ s\./,
  );
  expect(await addresses()).toEqual(["10.42.0.10"]);
  const before = await changes();
  expect(await deploy(settings({ schedule: SCHEDULE }))).toContain(NOTHING_TO_DO);
  expect(await changes()).toEqual(before);
  expect(await decrypted()).toBe("mine");
});

test("in the morning all are back where they were, and the plan is empty", async () => {
  await to(nights.restoreAt);
  const { Subject, Message } = await nextTold();
  expect(Subject).toBe("restore-hsms: done");
  expect(Message).toMatch(/were restored: .*10\.42\.0\.74.*It took \d+ min \d+ s\./);
  expect(await addresses()).toEqual(ALL);
  await expectNoDrift();
  expect(await deployment.operator("check-users")).toMatchObject({ status: "done", hsms: 3 });
});

test("a failed restore is retried, reported, and raises the alarm; the runbook completes it", async () => {
  await to(nights.removeAt);
  await nextTold();
  await cloud.post("quotas", { hsms: 1 });
  await to(nights.restoreAt);
  const { Subject, Message } = await nextTold();
  expect(Subject).toBe("restore-hsms: failed");
  expect(Message).toContain("quota");
  const alarms = async () => {
    await cloud.advanceClock(61);
    return (await told()).map((m) => m.Subject);
  };
  const alarm = (state: string) => `${state}: "safe-storage-hsm-schedule-failed" in eu-central-1`;
  await untilInTime(alarms, (subjects) => subjects.includes(alarm("ALARM")), 600);
  await cloud.post("quotas", { hsms: 6 });
  const { status, output } = await deployment.runbook("HSMs that a schedule has removed are not back");
  expect({ status, output }).toMatchObject({ status: 0, output: expect.stringContaining("10.42.0.74") });
  expect(await addresses()).toEqual(ALL);
  const { QueueUrl } = await cloud.sqs.getQueueUrl({ QueueName: "safe-storage-operator-failed-events" });
  await cloud.sqs.purgeQueue({ QueueUrl });
  await untilInTime(alarms, (subjects) => subjects.includes(alarm("OK")), 600);
});

test("what the operator may do for it, it has done", async () => {
  const called = await deployment.calledByOperator();
  for (const part of ["policy-hsms", "policy-notifications"]) {
    const allowed = deployment.allowedBy("aws_iam_role_policy", part).filter((a) => !a.startsWith("kms:"));
    expect(called).toEqual(expect.arrayContaining(allowed));
  }
  expect(deployment.allowedBy("aws_vpc_endpoint", "endpoint-sns")).toEqual(["sns:Publish"]);
});

test("an HSM whose line of code was removed is not restored in the morning", async () => {
  await apply(settings({ schedule: SCHEDULE }, ["a", "b"]));
  expect(await addresses()).toEqual(["10.42.0.10", "10.42.0.74"]);
  await to(nights.removeAt);
  await nextTold();
  await to(nights.restoreAt);
  await nextTold();
  expect(await addresses()).toEqual(["10.42.0.10", "10.42.0.74"]);
  await expectNoDrift();
});

test("an HSM of the operator moves to another zone: the new one is ACTIVE before, and the key keeps working", async () => {
  const before = await changes();
  await apply(settings({ schedule: SCHEDULE }, ["a", "c"]));
  expect((await changes()).slice(before.length)).toEqual(["CreateHsm", "DeleteHsm"]);
  expect(await addresses()).toEqual(["10.42.0.10", "10.42.0.138"]);
  await expectNoDrift();
  expect(await decrypted()).toBe("mine");
});

test("without the schedule Terraform takes the HSMs over as they are", async () => {
  const before = await changes();
  await deploy(settings({}, ["a", "c"]));
  expect(await changes()).toEqual(before);
  expect(await addresses()).toEqual(["10.42.0.10", "10.42.0.138"]);
  await expectNoDrift();
  expect(await decrypted()).toBe("mine");
});
