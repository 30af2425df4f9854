// A month of nights and weekends with the clock moved: EventBridge Scheduler fires, the operator removes HSMs and brings them
// back, while one of five calls fails.

import { Scheduler } from "@aws-sdk/client-scheduler";
import { nextFirings } from "../../constructs/schedule/hsm-windows";
import { activeCluster, Chain, connectedStore } from "../../emulator/conformance/chain";
import { TestCloud, until, ZONES } from "../../emulator/conformance/cloud";

const ACCOUNT = "123456789012";
/** Weekdays from 19 to 7 o'clock, so weekends as well; in a month in which the clocks change. */
const NIGHTS = { removeAt: "cron(0 19 ? * MON-FRI *)", restoreAt: "cron(0 7 ? * MON-FRI *)" };
const ZONE = "Europe/Berlin";
/** A March that is still to come: the clocks change on one of its Sundays. */
const BEGIN = Date.UTC(new Date().getUTCFullYear() + 1, 2, 8, 12);
const DAYS = 30;
const SECOND = 1000;
const HOUR = 3600 * SECOND;

/** Whatever the operator calls in such a night; each of these fails once in five times, in one of the ways that calls fail. */
const FAULTS: [string, string][] = [
  ["DescribeClusters", "throttle"],
  ["DescribeBackups", "error"],
  ["DescribeCustomKeyStores", "drop"],
  ["CreateHsm", "lose-answer"],
  ["DeleteHsm", "lose-answer"],
  ["GetSecretValue", "throttle"],
  ["PutSecretValue", "error"],
  ["UpdateSecret", "drop"],
];

const now = async (cloud: TestCloud): Promise<number> =>
  Date.parse(((await (await fetch(`${cloud.url}/_local/health`)).json()) as any).now);

async function moveTo(cloud: TestCloud, at: number): Promise<void> {
  await cloud.advanceClock(Math.max(0, (at - (await now(cloud))) / 1000));
}

/** The faults strike the test's own calls, too. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const answer = await until(
    () => ask().catch(() => undefined),
    (found) => found !== undefined,
  );
  return answer!;
}

/** As `HsmSchedule` makes them. */
async function scheduleNights(cloud: TestCloud, chain: Chain, keep: number): Promise<void> {
  const { functionName } = chain.operator;
  await cloud.sqs.createQueue({ QueueName: "failed-events" });
  await cloud.lambda.putFunctionEventInvokeConfig({
    FunctionName: functionName,
    DestinationConfig: {
      OnFailure: { Destination: `arn:aws:sqs:eu-central-1:${ACCOUNT}:failed-events` },
    },
  });
  await cloud.allow(functionName, [
    {
      Effect: "Allow",
      Action: ["cloudhsm:*", "kms:*", "secretsmanager:*", "ec2:*", "logs:*", "sqs:*"],
      Resource: "*",
    },
  ]);
  const Arn = `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:${functionName}`;
  const { Role } = await cloud.iam.createRole({
    RoleName: "schedule",
    AssumeRolePolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "scheduler.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    }),
  });
  await cloud.allow("schedule", [{ Effect: "Allow", Action: "lambda:InvokeFunction", Resource: Arn }]);
  const { ARN: hsmRecordArn } = await cloud.secrets.createSecret({ Name: "hsms" });
  const { clusterId, trustAnchor } = chain;
  const event = { clusterId, trustAnchor, hsmRecordArn, unattended: true };
  const scheduler = new Scheduler({
    endpoint: cloud.url,
    region: "eu-central-1",
    credentials: cloud.credentials,
  });
  for (const [Name, ScheduleExpression, input] of [
    ["remove", NIGHTS.removeAt, { ...event, action: "remove-hsms", keep: String(keep) }],
    [
      "restore",
      NIGHTS.restoreAt,
      { ...event, action: "restore-hsms", scheduledTime: "<aws.scheduler.scheduled-time>" },
    ],
  ] as const)
    await scheduler.createSchedule({
      Name,
      ScheduleExpression,
      ScheduleExpressionTimezone: ZONE,
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn, RoleArn: Role!.Arn, Input: JSON.stringify(input) },
    });
}

/** HSMs' hours between two times, from the states that the cloud has noted: paid from creation to deletion. */
async function hsmHours(cloud: TestCloud, from: number, until_: number): Promise<number> {
  const answer = await fetch(`${cloud.url}/_local/timeline`);
  const { changes } = (await answer.json()) as {
    changes: { at: string; id: string; from?: string; to?: string }[];
  };
  const hsms = new Set(changes.map(({ id }) => id).filter((id) => id.startsWith("hsm-")));
  let total = 0;
  for (const hsm of hsms) {
    const own = changes.filter(({ id }) => id === hsm);
    const made = Date.parse(own[0].at);
    const gone = own.find(({ to }) => to === "DELETE_IN_PROGRESS");
    const end = gone ? Date.parse(gone.at) : until_;
    total += Math.max(0, Math.min(end, until_) - Math.max(made, from));
  }
  return total / HOUR;
}

describe.each([
  { hsms: 2, keep: 1, withStore: true },
  { hsms: 3, keep: 0, withStore: false },
])("$hsms HSMs, $keep kept", ({ hsms, keep, withStore }) => {
  let cloud: TestCloud;
  let chain: Chain;
  let day: string[];
  /** Where there is a key store. */
  let decrypted: (() => Promise<string>) | undefined;

  const places = async () =>
    (await patiently(() => cloud.cluster(chain.clusterId)))
      .Hsms!.map((h) => `${h.AvailabilityZone} ${h.EniIp} ${h.State}`)
      .sort();
  const recordIs = (status: string) =>
    until(
      () => cloud.secrets.getSecretValue({ SecretId: "hsms" }).catch(() => ({ SecretString: "{}" })),
      ({ SecretString }) => JSON.parse(SecretString!).status === status,
    );

  beforeAll(async () => {
    cloud = await TestCloud.start();
    await moveTo(cloud, BEGIN - HOUR);
    chain = await activeCluster(cloud, 2);
    if (hsms === 3) await cloud.addHsm(chain.clusterId, ZONES[2]);
    const client = await chain.operator.client();
    const admin = { role: "admin", pin: `admin:${await chain.operator.adminPassword(chain.clusterId)}` };
    const create = [
      "user",
      "create",
      "--username",
      "app",
      "--role",
      "crypto-user",
      "--password",
      "app-secret",
    ];
    await client(chain.clusterId, chain.trustAnchor, create, admin);
    if (withStore) {
      const CustomKeyStoreId = await connectedStore(cloud, chain);
      const { KeyMetadata } = await cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId });
      const Plaintext = Buffer.from("mine");
      const { CiphertextBlob } = await cloud.kms.encrypt({ KeyId: KeyMetadata!.KeyId, Plaintext });
      decrypted = async () =>
        Buffer.from((await cloud.kms.decrypt({ CiphertextBlob })).Plaintext!).toString();
    }
    day = await places();
    await moveTo(cloud, BEGIN);
    await scheduleNights(cloud, chain, keep);
    for (const [operation, fault] of FAULTS)
      await cloud.post("faults", { operation, fault, probability: 0.2, seed: hsms });
  });
  afterAll(() => cloud.stop());

  test("each morning all addresses are the same, users and keys are there; each night as many as said, and the key works", async () => {
    const end = BEGIN + DAYS * 24 * HOUR;
    const evenings = nextFirings(NIGHTS.removeAt, ZONE, BEGIN, 100).filter((at) => at < end);
    expect(evenings.length).toBeGreaterThan(20);
    let away = 0;
    for (const evening of evenings) {
      await moveTo(cloud, evening + SECOND);
      await recordIs("removed");
      expect(await places()).toHaveLength(keep);
      if (decrypted) expect(await decrypted()).toBe("mine");
      const [morning] = nextFirings(NIGHTS.restoreAt, ZONE, evening, 1);
      await moveTo(cloud, morning - 60 * SECOND);
      if (decrypted) expect(await decrypted()).toBe("mine");
      await moveTo(cloud, morning + SECOND);
      await recordIs("restored");
      expect(await places()).toEqual(day);
      if (decrypted) expect(await decrypted()).toBe("mine");
      away += (Math.min(morning, end) - evening) / HOUR;
    }
    await cloud.endFaults();
    const checked = await chain.operator.invoke({
      action: "check-users",
      clusterId: chain.clusterId,
      trustAnchor: chain.trustAnchor,
    });
    expect(checked.answer).toMatchObject({ hsms, users: expect.arrayContaining(["app", "kmsuser"]) });
    // The hours that are paid: all HSMs by day, those that stay by night.
    const hours = DAYS * 24 * hsms - away * (hsms - keep);
    const until_ = Math.max(end, await now(cloud));
    const paid = await hsmHours(cloud, BEGIN, until_);
    const beyond = ((until_ - end) / HOUR) * hsms;
    expect(Math.abs(paid - beyond - hours) / hours).toBeLessThan(0.02);
  });

  test("nothing has failed in all its attempts", async () => {
    const { Messages = [] } = await cloud.sqs.receiveMessage({
      QueueUrl: (await cloud.sqs.getQueueUrl({ QueueName: "failed-events" })).QueueUrl,
    });
    expect(Messages.map((m) => m.Body)).toEqual([]);
  });
});
