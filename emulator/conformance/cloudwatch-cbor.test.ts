// CloudWatch in Smithy's protocol RPC v2 CBOR, which AWS provider 6 speaks: aws-sdk-go-v2, service/cloudwatch 1.57.

import { CloudWatch, PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";
import { TestCloud } from "./cloud";

let cloud: TestCloud;
let client: CloudWatch;
/** Of its requests. */
const paths: string[] = [];

beforeAll(async () => {
  cloud = await TestCloud.start();
  const { endpoint, region, credentials } = cloud.alarms.config;
  client = new CloudWatch({
    endpoint,
    region,
    credentials,
    maxAttempts: 1,
    protocol: AwsSmithyRpcV2CborProtocol,
  });
  client.middlewareStack.add(
    (next) => (args) => {
      paths.push((args.request as { path: string }).path);
      return next(args);
    },
    { step: "finalizeRequest" },
  );
});
afterAll(() => cloud.stop());

const alarm: PutMetricAlarmCommandInput = {
  AlarmName: "cbor",
  Namespace: "AWS/SQS",
  MetricName: "ApproximateNumberOfMessagesVisible",
  Dimensions: [{ Name: "QueueName", Value: "failed" }],
  Statistic: "Maximum",
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 0.5,
  ComparisonOperator: "GreaterThanThreshold",
};

test("an alarm that is made by it is there in it and in the other protocol, timestamps and all", async () => {
  await client.putMetricAlarm(alarm);
  expect(paths).toEqual(["/service/GraniteServiceVersion20100801/operation/PutMetricAlarm"]);
  const described = await client.describeAlarms({ AlarmNames: ["cbor"] });
  expect(described.MetricAlarms).toMatchObject([{ ...alarm, StateUpdatedTimestamp: expect.any(Date) }]);
  const asQuery = await cloud.alarms.describeAlarms({ AlarmNames: ["cbor"] });
  expect(asQuery.MetricAlarms).toMatchObject([alarm]);
  await client.deleteAlarms({ AlarmNames: ["cbor"] });
  expect((await client.describeAlarms({ AlarmNames: ["cbor"] })).MetricAlarms ?? []).toEqual([]);
});

test("an error keeps its code and its message", async () => {
  await expect(client.getDashboard({ DashboardName: "none" })).rejects.toMatchObject({
    name: expect.stringMatching(/NotFound/),
    message: expect.stringMatching(/none|not exist/),
  });
});
