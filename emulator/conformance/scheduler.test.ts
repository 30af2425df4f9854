// EventBridge Scheduler: expressions as AWS reads them, and schedules that fire when the clock gets there.

import { Scheduler } from "@aws-sdk/client-scheduler";
import { parseExpression } from "../scheduler/expression";
import { TestCloud, until, zip } from "./cloud";

const at = (text: string) => new Date(text).getTime();
const following = (expression: string, timezone: string, after: string, count = 3): string[] => {
  const next = parseExpression(expression, timezone);
  const runs: string[] = [];
  for (let now = at(after); runs.length < count;) {
    const run = next(now);
    if (run === undefined) break;
    runs.push(new Date(run).toISOString().slice(0, 16));
    now = run;
  }
  return runs;
};

describe("expressions («Schedule types», EventBridge Scheduler User Guide)", () => {
  test.each<[string, string, string, string[]]>([
    [
      "cron(0 20 ? * MON-FRI *)",
      "UTC",
      "2026-11-27T12:00:00Z",
      ["2026-11-27T20:00", "2026-11-30T20:00", "2026-12-01T20:00"],
    ],
    // Days count from 1, Sunday.
    [
      "cron(30 7 ? * 2 *)",
      "Europe/Berlin",
      "2026-11-24T00:00:00Z",
      ["2026-11-30T06:30", "2026-12-07T06:30", "2026-12-14T06:30"],
    ],
    [
      "cron(0 0 L * ? *)",
      "UTC",
      "2026-01-30T00:00:00Z",
      ["2026-01-31T00:00", "2026-02-28T00:00", "2026-03-31T00:00"],
    ],
    [
      "cron(0 9 ? * 6L *)",
      "UTC",
      "2026-11-01T00:00:00Z",
      ["2026-11-27T09:00", "2026-12-25T09:00", "2027-01-29T09:00"],
    ],
    [
      "cron(0 9 ? * 3#2 *)",
      "UTC",
      "2026-11-01T00:00:00Z",
      ["2026-11-10T09:00", "2026-12-08T09:00", "2027-01-12T09:00"],
    ],
    ["cron(0 8 1 1 ? 2027)", "UTC", "2026-11-01T00:00:00Z", ["2027-01-01T08:00"]],
    [
      "rate(2 hours)",
      "UTC",
      "2026-11-01T00:30:00Z",
      ["2026-11-01T02:30", "2026-11-01T04:30", "2026-11-01T06:30"],
    ],
    ["at(2026-12-24T18:00:00)", "Europe/Berlin", "2026-11-01T00:00:00Z", ["2026-12-24T17:00"]],
  ])("%s in %s", (expression, timezone, after, runs) => {
    expect(following(expression, timezone, after)).toEqual(runs);
  });

  test("a time that a clock change skips is skipped, and a time that occurs twice fires once («Daylight savings time»)", () => {
    expect(following("cron(30 2 * * ? *)", "Europe/Berlin", "2027-03-27T00:00:00Z", 2)).toEqual([
      "2027-03-27T01:30",
      "2027-03-29T00:30",
    ]);
    expect(following("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-24T12:00:00Z", 2)).toEqual([
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
  });

  test.each([
    ["cron(0 20 * * *)", "UTC"],
    ["cron(0 20 * * MON *)", "UTC"],
    ["cron(0 20 ? * ? *)", "UTC"],
    ["cron(61 20 ? * MON *)", "UTC"],
    ["rate(1 hours)", "UTC"],
    ["rate(0 minutes)", "UTC"],
    ["every day", "UTC"],
    ["cron(0 20 ? * MON *)", "Europe/Atlantis"],
  ])("%s in %s is refused (ValidationException)", (expression, timezone) => {
    expect(() => parseExpression(expression, timezone)).toThrow(/Invalid/);
  });
});

describe("schedules", () => {
  let cloud: TestCloud;
  let scheduler: Scheduler;
  let functionArn: string;
  let roleArn: string;

  beforeAll(async () => {
    cloud = await TestCloud.start();
    const settings = { endpoint: cloud.url, region: "eu-central-1", credentials: cloud.credentials };
    scheduler = new Scheduler(settings);
    const { FunctionArn } = await cloud.lambda.createFunction({
      FunctionName: "echo",
      Role: await cloud.role("echo", ["logs:*"]),
      Runtime: "provided.al2023",
      Handler: "x",
      Code: { ZipFile: await zip({ bootstrap: ECHO }) },
    });
    await cloud.logs.createLogGroup({ logGroupName: "/aws/lambda/echo" });
    functionArn = FunctionArn!;
    roleArn = await role("invokes", "scheduler.amazonaws.com", ["lambda:InvokeFunction"], functionArn);
  });
  afterAll(() => cloud.stop());

  async function role(
    RoleName: string,
    Service: string,
    Action: string[],
    Resource: string,
  ): Promise<string> {
    const Statement = [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }];
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    const { Role } = await cloud.iam.createRole({ RoleName, AssumeRolePolicyDocument });
    await cloud.allow(RoleName, [{ Effect: "Allow", Action, Resource }]);
    return Role!.Arn!;
  }
  const create = (Name: string, expression: string, more: object = {}) =>
    scheduler.createSchedule({
      Name,
      ScheduleExpression: expression,
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: functionArn, RoleArn: roleArn, Input: JSON.stringify({ by: Name }), ...more },
    });
  /** How often the function has run for this schedule. */
  const runs = async (name: string): Promise<number> => {
    const { events } = await cloud.logs.filterLogEvents({ logGroupName: "/aws/lambda/echo" });
    return events!.filter((e) => e.message!.includes(`"by":"${name}"`)).length;
  };

  test("fire each time that the clock gets there, and no more once they are deleted or disabled", async () => {
    await create("hourly", "rate(1 hour)");
    expect(await runs("hourly")).toBe(0);
    await cloud.advanceClock(3 * 3600 + 60);
    await until(
      () => runs("hourly"),
      (count) => count === 3,
    );
    await scheduler.updateSchedule({
      Name: "hourly",
      State: "DISABLED",
      ScheduleExpression: "rate(1 hour)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: functionArn, RoleArn: roleArn },
    });
    await cloud.advanceClock(2 * 3600);
    await cloud.advanceToNoon();
    await create("nightly", "cron(0 20 * * ? *)");
    await cloud.advanceClock(24 * 3600);
    await until(
      () => runs("nightly"),
      (count) => count === 1,
    );
    await scheduler.deleteSchedule({ Name: "nightly" });
    await scheduler.createScheduleGroup({ Name: "team" });
    await scheduler.createSchedule({
      GroupName: "team",
      Name: "nightly",
      ScheduleExpression: "rate(1 hour)",
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: { Arn: functionArn, RoleArn: roleArn, Input: JSON.stringify({ by: "nightly" }) },
    });
    await scheduler.deleteScheduleGroup({ Name: "team" });
    await cloud.advanceClock(24 * 3600);
    expect(await runs("nightly")).toBe(1);
    expect(await runs("hourly")).toBe(3);
  });

  test("an expression that is none is refused (ValidationException, CreateSchedule)", async () => {
    await expect(create("wrong", "cron(0 20 * * *)")).rejects.toMatchObject({ name: "ValidationException" });
  });

  test("a role that Scheduler may not assume is refused (ValidationException, CreateSchedule)", async () => {
    const RoleArn = await role("of-lambda", "lambda.amazonaws.com", ["lambda:InvokeFunction"], functionArn);
    await expect(create("wrong", "rate(1 hour)", { RoleArn })).rejects.toMatchObject({
      name: "ValidationException",
    });
  });

  test("a role that trusts another schedule group is refused («Confused deputy prevention in EventBridge Scheduler»)", async () => {
    await scheduler.createScheduleGroup({ Name: "trusted" });
    const RoleArn = await role("of-group", "scheduler.amazonaws.com", ["lambda:InvokeFunction"], functionArn);
    const trust = (group: string) =>
      cloud.iam.updateAssumeRolePolicy({
        RoleName: "of-group",
        PolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "scheduler.amazonaws.com" },
              Action: "sts:AssumeRole",
              Condition: {
                StringEquals: {
                  "aws:SourceAccount": "123456789012",
                  "aws:SourceArn": `arn:aws:scheduler:eu-central-1:123456789012:schedule-group/${group}`,
                },
              },
            },
          ],
        }),
      });
    const createThere = () =>
      scheduler.createSchedule({
        Name: "there",
        GroupName: "trusted",
        ScheduleExpression: "rate(1 day)",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Arn: functionArn, RoleArn },
      });
    await trust("another");
    await expect(createThere()).rejects.toMatchObject({ name: "ValidationException" });
    await trust("trusted");
    await createThere();
    await scheduler.deleteScheduleGroup({ Name: "trusted" });
  });

  test("what the role may not invoke ends in the dead-letter queue («Configuring a dead-letter queue»)", async () => {
    const { QueueUrl } = await cloud.sqs.createQueue({ QueueName: "dead-letters" });
    const Arn = "arn:aws:sqs:eu-central-1:123456789012:dead-letters";
    const RoleArn = await role("may-not", "scheduler.amazonaws.com", ["sqs:SendMessage"], Arn);
    await create("denied", "rate(1 hour)", { RoleArn, DeadLetterConfig: { Arn } });
    await cloud.advanceClock(3600 + 60);
    const { Messages } = await cloud.sqs.receiveMessage({ QueueUrl, MessageAttributeNames: ["All"] });
    expect(Messages![0].Body).toBe('{"by":"denied"}');
    expect(Messages![0].MessageAttributes!.ERROR_CODE.StringValue).toBe("AccessDeniedException");
    await scheduler.deleteSchedule({ Name: "denied" });
  });
});

const ECHO = `#!/usr/bin/env bash
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true; do
  event=$(curl -sS -D "$TMPDIR/headers" "$api/next")
  id=$(sed -n 's/^lambda-runtime-aws-request-id: //Ip' "$TMPDIR/headers" | tr -d '\\r')
  echo "$event"
  curl -sS -X POST --data-binary "$event" "$api/$id/response" >/dev/null
done
`;
