// A watched deployment, as it is synthesized: who is told, what the operator may do for it, what the dashboard shows.

import { SafeStorageProps } from "../../constructs";
import { encoded, safeStorage, Synthesized } from "../../scripts/lib/synthesize";

const TOPIC = "arn:aws:sns:eu-central-1:111122223333:on-call";
const watched = (monitoring: SafeStorageProps["monitoring"] = {}, more: Partial<SafeStorageProps> = {}) =>
  safeStorage({ monitoring: { topicArn: TOPIC, ...monitoring }, ...more });

const actions = (stack: Synthesized, policy: string) =>
  [...JSON.stringify(stack.resource("aws_iam_role_policy", policy).policy).matchAll(/"([a-z]+:\w+)\\"/g)].map(
    ([, action]) => action,
  );
const scheduled = (stack: Synthesized, name: string): string =>
  stack.resources("aws_scheduler_schedule").find((s) => s.name === name)!.target.input;

test("every alarm has an action for its beginning and its end, and says what it means and what to do", () => {
  const alarms = watched().resources("aws_cloudwatch_metric_alarm");
  expect(alarms.length).toBeGreaterThan(13);
  for (const alarm of alarms) {
    expect(alarm.alarm_actions).toEqual([TOPIC]);
    expect(alarm.ok_actions).toEqual([TOPIC]);
    expect(alarm.alarm_description.length).toBeGreaterThan(100);
    // "1024 characters": AlarmDescription, PutMetricAlarm, Amazon CloudWatch API Reference.
    expect(alarm.alarm_description.length).toBeLessThan(1024);
  }
});

test("the dashboard is what CloudWatch takes, and has every alarm on it", () => {
  const stack = watched();
  const body = encoded(stack.resource("aws_cloudwatch_dashboard").dashboard_body);
  const shown = body.widgets.find((w: any) => w.type === "alarm").properties.alarms.join(" ");
  const alarms = stack
    .resources("aws_cloudwatch_metric_alarm")
    .filter((a) => a.namespace === "SafeStorage/Operator" && a.metric_name !== "UserProblems");
  expect(alarms.length).toBeGreaterThan(10);
  for (const { alarm_name } of alarms) expect(shown).toContain(`:alarm:${alarm_name}`);
  for (const { x, y, width, height } of body.widgets) {
    expect(x + width).toBeLessThanOrEqual(24);
    expect(y + height).toBeLessThan(50);
  }
  const graphs = body.widgets.filter((w: any) => w.type === "metric");
  expect(graphs).toHaveLength(6);
  for (const { properties } of graphs) expect(properties.metrics.length).toBeGreaterThan(0);
});

test("without anybody to tell there are alarms and no topic", () => {
  const stack = safeStorage({ monitoring: {} });
  expect(stack.resources("aws_cloudwatch_metric_alarm").length).toBeGreaterThan(13);
  expect(stack.resources("aws_sns_topic")).toEqual([]);
});

test("a schedule tells whom monitoring tells, unless it names its own", () => {
  const nights = {
    windows: {
      nights: { removeAt: "cron(0 19 ? * MON-FRI *)", restoreAt: "cron(0 7 ? * MON-FRI *)" },
    },
  };
  expect(scheduled(watched({}, { schedule: nights }), "nights-remove")).toContain(TOPIC);
  const both = watched({}, { schedule: { ...nights, emails: ["nights@example.com"] } });
  expect(scheduled(both, "nights-remove")).not.toContain(TOPIC);
  expect(scheduled(both, "audit")).toContain(TOPIC);
});

test("what it lets the operator do is to look, to make a data key that nobody sees, and to replace an HSM", () => {
  const stack = watched();
  expect(actions(stack, "policy-health")).toEqual([
    "cloudhsm:DescribeClusters",
    "cloudhsm:DescribeBackups",
    "kms:DescribeCustomKeyStores",
    "kms:DescribeKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "fsx:DescribeFileSystems",
  ]);
  expect(actions(stack, "policy-user-audit").filter((a) => /Hsm$/.test(a))).toEqual([
    "cloudhsm:CreateHsm",
    "cloudhsm:DeleteHsm",
  ]);
  expect(JSON.stringify(stack.resources("aws_vpc_endpoint"))).toContain("eu-central-1.fsx");
  expect(JSON.stringify(safeStorage().resources("aws_vpc_endpoint"))).not.toContain("eu-central-1.fsx");
});

test("users are looked at daily and where HSMs have changed; nothing is mended unless told to", () => {
  const stack = watched(
    { userAudit: { admins: ["second"] } },
    { hsmUsers: { users: { app: {}, boss: { role: "admin" } } } },
  );
  for (const name of ["audit", "changes"]) {
    expect(scheduled(stack, name)).toContain('"declared" = {"app" = "crypto-user", "boss" = "admin"}');
    expect(scheduled(stack, name)).toMatch(
      /"userSecrets" = \{"app" = aws_secretsmanager_secret\.\w+user-app\S+\.arn, "boss" = /,
    );
    expect(scheduled(stack, name)).not.toContain("automatic");
  }
  expect(scheduled(stack, "changes")).toContain("changedOnly");
  expect(scheduled(stack, "audit")).not.toContain("changedOnly");
  expect(scheduled(watched({ userAudit: { automaticRepair: true } }), "audit")).toContain("automatic");
});

test("a user is made when all HSMs are there, and its password is in no input and no output", () => {
  const stack = watched({}, { hsmUsers: { users: { app: { passwordVersion: 3 } } } });
  // In two: of an update that fails Terraform forgets under CRUD that it has to be done, hashicorp/terraform-provider-aws#43447.
  const made = stack.resource("aws_lambda_invocation", "user-app-1");
  expect(made).toMatchObject({
    lifecycle_scope: "CREATE_ONLY",
    input: expect.stringMatching(/"action" = "ensure-user".*"passwordVersion" = "3"/),
  });
  const guard = stack.resource("aws_lambda_invocation", "user-app_");
  expect(guard).toMatchObject({
    lifecycle_scope: "CRUD",
    input: expect.stringMatching(
      /"action" = "ensure-user".*"onUpdate" = "nothing", "onDelete" = "remove-user"/,
    ),
  });
  // A user of somebody else's, whom the deploy has refused, is not removed by a destroy.
  const address = stack.address("aws_lambda_invocation.", "user-app-1");
  expect(stack.graph()[stack.address("aws_lambda_invocation.", "user-app_")]).toContain(address);
  const waits = stack.waitsFor(address);
  expect([...waits].filter((a) => a.startsWith("aws_cloudhsm_v2_hsm."))).toHaveLength(2);
  for (const { input } of [made, guard]) expect(input).not.toMatch(/secret_string|"password"/);
  expect(stack.resource("aws_secretsmanager_secret", "user-app").kms_key_id).toContain("encryption-key");
});

test("calls that can lose keys come by one rule, which alone may invoke the operator so", () => {
  const stack = watched({ criticalCalls: true });
  const { event_pattern } = stack.resource("aws_cloudwatch_event_rule");
  for (const call of [
    "DeleteHsm",
    "DeleteCluster",
    "DeleteBackup",
    "DisconnectCustomKeyStore",
    "ScheduleKeyDeletion",
  ])
    expect(event_pattern).toContain(call);
  const [target] = stack.resources("aws_cloudwatch_event_target");
  const { input_template } = target.input_transformer;
  expect(encoded(input_template)).toMatchObject({ action: "report-call", who: "<who>" });
  expect(input_template).toContain(TOPIC);
  // jsonencode writes EventBridge's brackets in another way.
  expect(input_template).toMatch(
    /^\$\{replace\(replace\(jsonencode\(.*\), "\\\\u003c", "<"\), "\\\\u003e", ">"\)\}$/,
  );
  expect(stack.resource("aws_lambda_permission")).toMatchObject({
    principal: "events.amazonaws.com",
    source_arn: expect.stringContaining("aws_cloudwatch_event_rule"),
  });
  expect(watched().resources("aws_cloudwatch_event_rule")).toEqual([]);
});
