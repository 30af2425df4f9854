// CloudWatch alarms on queues and the topics that they tell, and who may publish to a topic.

import { SNS } from "@aws-sdk/client-sns";
import { TestCloud, untilInTime, zip } from "./cloud";

const ACCOUNT = "arn:aws:sns:eu-central-1:123456789012";
let cloud: TestCloud;
let inbox: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
  inbox = (await cloud.sqs.createQueue({ QueueName: "inbox" })).QueueUrl!;
});
afterAll(() => cloud.stop());

async function topic(Name: string, Attributes: Record<string, string> = {}): Promise<string> {
  const { TopicArn } = await cloud.sns.createTopic({ Name, Attributes });
  const Endpoint = "arn:aws:sqs:eu-central-1:123456789012:inbox";
  await cloud.sns.subscribe({ TopicArn, Protocol: "sqs", Endpoint });
  return TopicArn!;
}
async function received(): Promise<{ Subject: string; Message: string }[]> {
  const { Messages = [] } = await cloud.sqs.receiveMessage({ QueueUrl: inbox, MaxNumberOfMessages: 10 });
  for (const { ReceiptHandle } of Messages) await cloud.sqs.deleteMessage({ QueueUrl: inbox, ReceiptHandle });
  return Messages.map((m) => JSON.parse(m.Body!));
}

async function alarmOn(queue: string, topicArn: string): Promise<() => Promise<string>> {
  await cloud.alarms.putMetricAlarm({
    AlarmName: queue,
    Namespace: "AWS/SQS",
    MetricName: "ApproximateNumberOfMessagesVisible",
    Dimensions: [{ Name: "QueueName", Value: queue }],
    Statistic: "Maximum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: "GreaterThanThreshold",
    AlarmActions: [topicArn],
    OKActions: [topicArn],
  });
  return async () => {
    await cloud.advanceClock(61);
    const { MetricAlarms } = await cloud.alarms.describeAlarms({ AlarmNames: [queue] });
    return MetricAlarms![0].StateValue!;
  };
}

test("an alarm fires when its queue has messages, notifies its topic, and clears when they are deleted («Using Amazon CloudWatch alarms»)", async () => {
  const QueueUrl = (await cloud.sqs.createQueue({ QueueName: "failed" })).QueueUrl!;
  const state = await alarmOn("failed", await topic("told"));
  await untilInTime(state, (s) => s === "OK");
  await received();
  await cloud.sqs.sendMessage({ QueueUrl, MessageBody: "an event" });
  await untilInTime(state, (s) => s === "ALARM");
  expect(await received()).toMatchObject([{ Subject: 'ALARM: "failed" in eu-central-1' }]);
  await cloud.sqs.purgeQueue({ QueueUrl });
  await untilInTime(state, (s) => s === "OK");
  expect(await received()).toMatchObject([{ Subject: 'OK: "failed" in eu-central-1' }]);
});

test("a topic whose policy does not name the service is not notified («Amazon SNS topic policy for CloudWatch alarms»)", async () => {
  const QueueUrl = (await cloud.sqs.createQueue({ QueueName: "other" })).QueueUrl!;
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "sns:Publish", Resource: "*" },
    ],
  });
  const state = await alarmOn("other", await topic("closed", { Policy }));
  await cloud.sqs.sendMessage({ QueueUrl, MessageBody: "an event" });
  await untilInTime(state, (s) => s === "ALARM");
  expect(await received()).toEqual([]);
});

describe("SetAlarmState", () => {
  const actionsOf = async (AlarmName: string) =>
    (await cloud.alarms.describeAlarmHistory({ AlarmName, HistoryItemType: "Action" })).AlarmHistoryItems!;
  const statement = (Action: string[]) => ({
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action,
    Resource: "*",
    Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
  });

  const told = async (alarm: string) =>
    (await received()).some(({ Subject }) => Subject === `ALARM: "${alarm}" in eu-central-1`);

  async function alarmed(name: string, attributes: Record<string, string>): Promise<string> {
    await cloud.sqs.createQueue({ QueueName: name });
    const topicArn = await topic(name, attributes);
    await alarmOn(name, topicArn);
    await cloud.alarms.setAlarmState({ AlarmName: name, StateValue: "ALARM", StateReason: "test" });
    return topicArn;
  }

  test("invokes the action of the new state, which DescribeAlarmHistory has («SetAlarmState», API Reference)", async () => {
    const topicArn = await alarmed("set", {});
    expect(await told("set")).toBe(true);
    expect(await actionsOf("set")).toContainEqual(
      expect.objectContaining({
        AlarmName: "set",
        HistoryItemType: "Action",
        HistorySummary: `Successfully executed action ${topicArn}`,
        Timestamp: expect.any(Date),
      }),
    );
  });

  test("a topic that does not let the service in: the history says so («Why didn't I receive an SNS notification», re:Post)", async () => {
    const topicArn = await alarmed("set-closed", {
      Policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement(["sns:Subscribe"])] }),
    });
    expect(await told("set-closed")).toBe(false);
    const [{ HistorySummary }] = await actionsOf("set-closed");
    expect(HistorySummary).toMatch(
      /^Failed to execute action .* is not authorized to perform: SNS:Publish on resource: /,
    );
    expect(HistorySummary).toContain(topicArn);
  });

  test("an encrypted topic is told where its key's policy names the service only («Manage permissions for Amazon SNS with CloudWatch alarms»)", async () => {
    const { KeyMetadata } = await cloud.kms.createKey({});
    const KeyId = KeyMetadata!.KeyId!;
    await alarmed("set-encrypted", { KmsMasterKeyId: KeyId });
    expect(await told("set-encrypted")).toBe(false);
    expect((await actionsOf("set-encrypted"))[0].HistorySummary).toMatch(/Failed.*AWSKMS.*AccessDenied/);

    const root = {
      ...statement(["kms:*"]),
      Principal: { AWS: "arn:aws:iam::123456789012:root" },
      Condition: {},
    };
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [root, statement(["kms:Decrypt", "kms:GenerateDataKey"])],
    });
    await cloud.kms.putKeyPolicy({ KeyId, PolicyName: "default", Policy });
    await alarmed("set-encrypted", { KmsMasterKeyId: KeyId });
    expect(await told("set-encrypted")).toBe(true);
  });
});

test("who publishes needs sns:Publish on the topic, and the use of its key (AuthorizationError; «Key management», Amazon SNS Developer Guide)", async () => {
  const { KeyMetadata } = await cloud.kms.createKey({});
  const TopicArn = await topic("encrypted", { KmsMasterKeyId: KeyMetadata!.KeyId! });
  await cloud.role("publisher", ["logs:*"]);
  const publish = async () =>
    new SNS(await cloud.as("publisher")).publish({ TopicArn, Message: "hello" }).catch((e) => e);
  expect(await publish()).toMatchObject({ name: "AuthorizationErrorException" });
  const mayPublish = { Effect: "Allow", Action: "sns:Publish", Resource: `${ACCOUNT}:encrypted` };
  await cloud.allow("publisher", [mayPublish]);
  expect((await publish()).message).toContain("kms:GenerateDataKey");
  const mayUseKey = {
    Effect: "Allow",
    Action: ["kms:GenerateDataKey", "kms:Decrypt"],
    Resource: KeyMetadata!.Arn,
    Condition: { StringEquals: { "kms:ViaService": "sns.eu-central-1.amazonaws.com" } },
  };
  await cloud.allow("publisher", [mayPublish, mayUseKey]);
  expect(await publish()).toHaveProperty("MessageId");
});

describe("an alarm on a metric that a function writes in its log («Embedded metric format»)", () => {
  const metric = (value: number) =>
    JSON.stringify({
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [{ Namespace: "Mine", Dimensions: [["Side"]], Metrics: [{ Name: "Age" }] }],
      },
      Side: "left",
      Age: value,
    });
  const TELLER = `#!/usr/bin/env bash
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true; do
  event=$(curl -sS -D "$TMPDIR/headers" "$api/next")
  id=$(sed -n 's/^lambda-runtime-aws-request-id: //Ip' "$TMPDIR/headers" | tr -d '\\r')
  printf '%s\\n' "$event"
  curl -sS -X POST -d done "$api/$id/response" >/dev/null
done
`;
  const tell = (value: number) =>
    cloud.lambda.invoke({ FunctionName: "teller", Payload: Buffer.from(metric(value)) });
  const alarm = async (TreatMissingData: string, name = TreatMissingData) => {
    await cloud.alarms.putMetricAlarm({
      AlarmName: name,
      Namespace: "Mine",
      MetricName: "Age",
      Dimensions: [{ Name: "Side", Value: "left" }],
      Statistic: "Maximum",
      Period: 3600,
      EvaluationPeriods: 1,
      Threshold: 10,
      ComparisonOperator: "GreaterThanThreshold",
      TreatMissingData,
    });
    return async () => {
      await cloud.advanceClock(61);
      const { MetricAlarms } = await cloud.alarms.describeAlarms({ AlarmNames: [name] });
      return MetricAlarms![0].StateValue!;
    };
  };

  beforeAll(async () => {
    const Role = await cloud.role("teller", ["logs:*"]);
    await cloud.logs.createLogGroup({ logGroupName: "/aws/lambda/teller" });
    await cloud.lambda.createFunction({
      FunctionName: "teller",
      Role,
      Runtime: "provided.al2023",
      Handler: "it.is",
      Code: { ZipFile: await zip({ bootstrap: TELLER }) },
    });
  });

  test.each([
    ["breaching", "ALARM"],
    ["notBreaching", "OK"],
    ["missing", "INSUFFICIENT_DATA"],
  ])(
    "without data, treated as %s, is %s («Configuring how CloudWatch alarms treat missing data»)",
    async (how, state) => {
      const stateOf = await alarm(how);
      await untilInTime(stateOf, (s) => s === state);
    },
  );

  test("fires above its threshold and clears below, once the period has no higher value any longer", async () => {
    const stateOf = await alarm("breaching", "age");
    await tell(11);
    await untilInTime(stateOf, (s) => s === "ALARM");
    await tell(3);
    expect(await stateOf()).toBe("ALARM");
    await cloud.advanceClock(3600);
    await tell(3);
    await untilInTime(stateOf, (s) => s === "OK");
  });
});
