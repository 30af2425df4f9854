// ClusterHealth: alarms, the dashboard, who is notified, and what the operator may do for it.

import { encoded, safeStorage, Synthesized } from "../../scripts/lib/synthesize";
import { TOPIC, watched, scheduledEvent } from "./monitored";

const actions = (stack: Synthesized, policy: string) =>
  [...JSON.stringify(stack.resource("aws_iam_role_policy", policy).policy).matchAll(/"([a-z]+:\w+)\\"/g)].map(
    ([, action]) => action,
  );

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

test("without anybody to notify there are alarms and no topic", () => {
  const stack = safeStorage({ monitoring: {} });
  expect(stack.resources("aws_cloudwatch_metric_alarm").length).toBeGreaterThan(13);
  expect(stack.resources("aws_sns_topic")).toEqual([]);
});

test("a schedule notifies the recipients of monitoring, unless it names its own", () => {
  const nights = {
    windows: {
      nights: { removeAt: "cron(0 19 ? * MON-FRI *)", restoreAt: "cron(0 7 ? * MON-FRI *)" },
    },
  };
  expect(scheduledEvent(watched({}, { schedule: nights }), "nights-remove")).toContain(TOPIC);
  const both = watched({}, { schedule: { ...nights, emails: ["nights@example.com"] } });
  expect(scheduledEvent(both, "nights-remove")).not.toContain(TOPIC);
  expect(scheduledEvent(both, "audit")).toContain(TOPIC);
});

test("the operator may read, generate a data key without seeing it, and replace an HSM", () => {
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
