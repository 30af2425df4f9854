// HsmSchedule: windows, the operator's rights, limits, cost and the next times.

import { App, TerraformStack } from "cdktf";
import {
  ClusterOperator,
  CustomKeyStore,
  HsmCluster,
  HsmNetwork,
  HsmSchedule,
  Notifications,
} from "../../constructs";
import { firings } from "../../constructs/schedule/schedule-expression";
import { parseExpression } from "../../emulator/scheduler/expression";
import { EXISTING_NETWORK, Synthesized } from "../../scripts/lib/synthesize";
import { PEM, clusterAlone, nights, scheduled } from "./scheduled";

const weekNights = { removeAt: "cron(0 19 ? * MON-THU *)", restoreAt: "cron(0 7 ? * TUE-FRI *)" };

const weekends = { removeAt: "cron(0 18 ? * FRI *)", restoreAt: "cron(0 6 ? * MON *)" };

const inputOf = (block: any): string => String(block.target.input);

describe("the schedules", () => {
  const stack = scheduled({
    windows: { nights: weekNights, weekends },
    holidays: ["2027-05-01"],
  });

  test("two for each window, at its times in its zone, to the minute", () => {
    const all = stack.resources("aws_scheduler_schedule");
    expect(all.map((s) => [s.name, s.schedule_expression])).toEqual([
      ["nights-remove", weekNights.removeAt],
      ["nights-restore", weekNights.restoreAt],
      ["weekends-remove", weekends.removeAt],
      ["weekends-restore", weekends.restoreAt],
    ]);
    for (const one of all) {
      expect(one.schedule_expression_timezone).toBe("Europe/Berlin");
      expect(one.flexible_time_window).toEqual({ mode: "OFF" });
    }
  });

  test("what cannot be delivered is tried for an hour, then kept in the queue of failed events", () => {
    const { target } = stack.resource("aws_scheduler_schedule", "nights-remove");
    expect(target.retry_policy).toEqual({ maximum_retry_attempts: 10, maximum_event_age_in_seconds: 3600 });
    expect(target.dead_letter_config.arn).toMatch(/aws_sqs_queue\..*failed-events/);
  });

  test("a removal keeps those that Terraform has", () => {
    const input = inputOf(stack.resource("aws_scheduler_schedule", "nights-remove"));
    expect(input).toMatch(/"action" = "remove-hsms"/);
    expect(input).toMatch(/"keep" = "1"/);
    expect(input).toMatch(/"first" = \["10\.42\.0\.10"\]/);
  });

  test("a restore knows when it fired, and the holidays in UTC", () => {
    const input = inputOf(stack.resource("aws_scheduler_schedule", "nights-restore"));
    expect(input).toContain("<aws.scheduler.scheduled-time>");
    expect(input).toContain("2027-04-30T22:00:00Z/2027-05-01T22:00:00Z");
  });

  test("their role may be assumed by schedules of this group only, invoke this function and fill this queue", () => {
    const role = stack.resource("aws_iam_role", "schedule_role");
    expect(role.assume_role_policy).toMatch(/"aws:SourceArn" = ".*schedule-group\/safe-storage-hsms"/);
    const { policy } = stack.resource("aws_iam_role_policy", "schedule_rights");
    expect([...policy.matchAll(/"([a-z]+:\w+)"/g)].map((m) => m[1])).toEqual([
      "lambda:InvokeFunction",
      "sqs:SendMessage",
    ]);
    expect(policy).not.toContain('"*"');
  });
});

describe("the operator's rights grow by what it needs, and no more", () => {
  const stack = scheduled();
  const actions = (part: string) =>
    [
      ...String(stack.resource("aws_iam_role_policy", part).policy).matchAll(
        /"([a-z0-9]+:(?!Via)[A-Z]\w+)"(?! =)/g,
      ),
    ].map((m) => m[1]);

  test("HSMs", () => {
    expect(actions("operator_policy-hsms").filter((a) => !a.startsWith("ec2:"))).toEqual([
      "cloudhsm:CreateHsm",
      "cloudhsm:DeleteHsm",
      "cloudhsm:DescribeBackups",
      "secretsmanager:GetSecretValue",
      "secretsmanager:PutSecretValue",
    ]);
  });
  test("notifications", () => {
    expect(actions("policy-notifications")).toEqual(["sns:Publish", "kms:Decrypt", "kms:GenerateDataKey"]);
  });
  test("an endpoint to SNS, for publishing only", () => {
    const sns = stack.resource("aws_vpc_endpoint", "endpoint-sns");
    expect([...sns.policy.matchAll(/"(sns:\w+)"/g)].map((m) => m[1])).toEqual(["sns:Publish"]);
  });
});

describe("never below one HSM under a key store", () => {
  test("of ours", () => {
    expect(() => scheduled({ keep: 0 })).toThrow(
      "test/storage/key-store: cluster.keep is 0; it must be 1 at least: without an active HSM no key of the store works",
    );
  });

  test("of somebody else's cluster, whichever is made first", () => {
    const app = new App({ outdir: "/nonexistent" });
    const stack = new TerraformStack(app, "test");
    const network = HsmNetwork.fromExisting(stack, "network", EXISTING_NETWORK);
    const operator = new ClusterOperator(stack, "operator", { network });
    const cluster = HsmCluster.fromExisting(stack, "cluster", {
      operator,
      clusterId: "cluster-abcdefghijk",
      adminSecretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:hsm-admin-a1b2c3",
      trustAnchor: PEM,
    });
    const schedule = new HsmSchedule(stack, "it", { cluster, operator, windows: { nights }, keep: 0 });
    expect(schedule.node.validate()).toEqual([]);
    new CustomKeyStore(stack, "store", { cluster, operator });
    expect(schedule.node.validate()).toEqual([
      "keep is 0; it must be 1 at least: key store test/store is on the cluster",
    ]);
  });

  test("a cluster without one may have none by night: the operator makes its first HSM as well", () => {
    const stack = new Synthesized((scope) => {
      new HsmSchedule(scope, "it", { ...clusterAlone(scope, { keep: 0 }), windows: { nights } });
    });
    expect(stack.resources("aws_cloudhsm_v2_hsm")).toEqual([]);
    const first = stack.address("aws_lambda_invocation", "first-hsm_");
    const further = stack.address("aws_lambda_invocation", "further-hsms_");
    const kmsuser = stack.address("aws_lambda_invocation", "create-kmsuser_");
    expect(stack.waitsFor(kmsuser)).toContain(first);
    expect(stack.waitsFor(further)).toContain(kmsuser);
  });
});

describe("windows that undo each other are refused", () => {
  test("a night's restore within the weekend", () => {
    const daily = { removeAt: "cron(0 19 * * ? *)", restoreAt: "cron(0 7 * * ? *)" };
    expect(() => scheduled({ windows: { nights: daily, weekends } })).toThrow(
      /windows\.nights\.restoreAt is "cron\(0 7 \* \* \? \*\)"; it must be outside the window weekends: on Sat.* it would bring back what that one keeps away/,
    );
    expect(() => scheduled({ windows: { nights: weekNights, weekends } })).not.toThrow();
  });

  test("a schedule for a cluster that was made without keep", () => {
    const make = () =>
      new Synthesized((scope) => {
        new HsmSchedule(scope, "it", { ...clusterAlone(scope, {}), windows: { nights } });
      });
    expect(make).toThrow("test/it: cluster.keep is undefined; it must be given to the cluster");
  });
});

describe("what it saves", () => {
  const cost = (props: object, hsms = 2) => {
    let found: HsmSchedule["monthlyCost"];
    new Synthesized((scope) => {
      const zones = ["us-east-1a", "us-east-1b"];
      const subnets = zones.map((availabilityZone, i) => ({
        ...EXISTING_NETWORK.subnets[i],
        availabilityZone,
      }));
      const counts = { "us-east-1a": hsms - 1, "us-east-1b": 1 };
      const { cluster, operator } = clusterAlone(scope, { hsms: counts, keep: 1 }, { subnets });
      const notifications = new Notifications(scope, "n", { operator, emails: ["hsm@example.com"] });
      found = new HsmSchedule(scope, "it", {
        cluster,
        operator,
        windows: { nights },
        notifications,
        ...props,
      }).monthlyCost;
    });
    return found!;
  };

  test("the hours of nights and weekends, at the dated price of the region", () => {
    // Of 168 hours a week HSMs are there for 5 days of 12: 60. Holidays apart, 108 / 168 of the second HSM's hours are saved.
    const { hsmHoursWithout, hsmHours, usdWithout, usd } = cost({});
    expect(hsmHoursWithout).toBe(1460);
    expect(hsmHours).toBeGreaterThan(1460 - (730 * 108.5) / 168 - 2);
    expect(hsmHours).toBeLessThan(1460 - (730 * 107.5) / 168 + 2);
    expect(usdWithout).toBe(2336);
    expect(Math.abs(usd! - hsmHours * 1.6)).toBeLessThanOrEqual(1);
  });

  test("three HSMs save twice as much as two", () => {
    const saved = (hsms: number) => cost({}, hsms).hsmHoursWithout - cost({}, hsms).hsmHours;
    expect(Math.abs(saved(3) - 2 * saved(2))).toBeLessThanOrEqual(2);
  });

  test("it is the same whenever it is asked for: it is an output, and would be drift", () => {
    const today = cost({});
    jest.useFakeTimers({ now: Date.parse("2027-02-28T23:59:59Z") });
    expect(cost({})).toEqual(today);
    jest.useRealTimers();
  });
});

// Two readings of AWS's expressions, by two libraries: what one has wrong, the other one shows.
describe("the times that a plan shows are those at which the local cloud fires", () => {
  // Before clocks go back in Europe, and before they go forward in the south and in the north.
  const STARTS = ["2026-10-20T00:00:00Z", "2026-10-02T00:00:00Z", "2027-03-25T00:00:00Z"];
  const following = (next: (after: number) => number | undefined): string[] =>
    STARTS.flatMap((start) => {
      const times: string[] = [];
      for (let at: number | undefined = Date.parse(start); times.length < 8;) {
        at = next(at);
        if (at === undefined) break;
        times.push(new Date(at).toISOString());
      }
      return times;
    });
  test.each([
    "cron(0 19 ? * MON-FRI *)",
    "cron(0/15 7-9 ? * 2-6 *)",
    "cron(30 2 * * ? *)",
    "cron(*/20 1,2,3 * * ? *)",
    "cron(0 9 ? * 6L *)",
    "cron(0 9 ? * L *)",
    "cron(0 9 ? * FRIL *)",
    "cron(0 9 ? * 3#2 *)",
    "cron(0 9 ? * SUN,WED *)",
    "cron(0 0 L * ? *)",
    "cron(0 8 15W * ? *)",
    "cron(0 8 1 1/3 ? *)",
    "cron(0 8 29 FEB ? *)",
    "cron(0 8 1 1 ? 2027-2029)",
    "rate(1 day)",
    "rate(90 minutes)",
    "at(2026-12-24T18:00:00)",
  ])("%s", (expression) => {
    for (const zone of ["UTC", "Europe/Berlin", "Australia/Lord_Howe"])
      expect([zone, following(parseExpression(expression, zone))]).toEqual([
        zone,
        following(firings(expression, zone)!),
      ]);
  });
  test.each([
    "cron(0 20 * * *)",
    "cron(0 20 * * MON *)",
    "cron(0 24 ? * MON *)",
    "cron(0 20 ? * 8 *)",
    "cron(0 20 32 * ? *)",
    "cron(0 20 ? 13 MON *)",
    "cron(0 20 ? * MON-FRI 1900)",
    "cron(0 20 ? * MO *)",
    "cron(0 20x ? * MON *)",
    "rate(1 hours)",
    "rate(2 hour)",
    "at(2026-13-24T18:00:00)",
  ])("%s is none for both", (expression) => {
    expect(firings(expression)).toBeUndefined();
    expect(() => parseExpression(expression)).toThrow(/Invalid/);
  });
});
