// Runs of an operator's actions by EventBridge Scheduler, and the alarm on those that fail in all their attempts.

import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import { Fn, ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { acceptFindings, dependenciesOf, jsonWithVariables, policyDocument } from "../private";
import { Notifications } from "./notifications";
import type { OperatorEvents } from "./operator-events";
import { OperatorFunction } from "./operator-function";

/** An action and what it is given. */
type ScheduledEvent = {
  [Action in keyof OperatorEvents]: { action: Action; scheduledTime?: string } & OperatorEvents[Action];
}[keyof OperatorEvents];

/** One schedule. */
interface ScheduledRun {
  /** Name within the group. */
  name: string;
  description: string;
  expression: string;
  /** The event; `SCHEDULED_TIME` as a value stands for the time at which the schedule fires. */
  input: ScheduledEvent;
}

interface ScheduledRunsProps {
  operator: OperatorFunction;
  /** Of the group and its role; unique in account and region. */
  groupName: string;
  runs: ScheduledRun[];
  timeZone: string;
  notifications?: Notifications;
  dependsOn: ITerraformDependable[];
  alarmName: string;
  alarmDescription: string;
}

/** Scheduler puts the time in its place at which the schedule fires. Source: «Adding context attributes», EventBridge Scheduler User Guide. */
export const SCHEDULED_TIME = "<aws.scheduler.scheduled-time>";

/** Lambda's own tries come after: this is for invocations that Scheduler could not deliver. */
const RETRY = { maximumRetryAttempts: 10, maximumEventAgeInSeconds: 3600 };

/** Makes the schedules, the role that invokes for them and nothing else, and the alarm on the queue of failed events. */
export function scheduleRuns(scope: Construct, props: ScheduledRunsProps): void {
  const { operator, groupName, notifications } = props;
  const group = new SchedulerScheduleGroup(scope, "group", { name: groupName });
  const role = new IamRole(scope, "role", {
    name: `${groupName}-${operator.region}`,
    // Source: «Confused deputy prevention in EventBridge Scheduler», EventBridge Scheduler User Guide.
    assumeRolePolicy: Fn.jsonencode({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { Service: "scheduler.amazonaws.com" },
          Condition: {
            StringEquals: {
              "aws:SourceAccount": operator.accountId,
              "aws:SourceArn": operator.arn("scheduler", `schedule-group/${groupName}`),
            },
          },
        },
      ],
    }),
  });
  // IAM has no condition for a function's input: what this role invokes with is in the schedules of this group, and nowhere else.
  const may = new IamRolePolicy(scope, "rights", {
    name: "invoke",
    role: role.id,
    policy: policyDocument([
      { Action: ["lambda:InvokeFunction"], Resource: operator.functionArn },
      { Action: ["sqs:SendMessage"], Resource: operator.failedEventsQueueArn },
    ]),
  });
  const dependsOn = [may, ...(notifications?.ready ?? []), ...props.dependsOn];
  for (const { name, description, expression, input } of props.runs) {
    const schedule = new SchedulerSchedule(scope, name, {
      name,
      groupName: group.name,
      description,
      scheduleExpression: expression,
      scheduleExpressionTimezone: props.timeZone,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: operator.functionArn,
        roleArn: role.arn,
        input: jsonWithVariables({
          ...input,
          unattended: true,
          ...(notifications && { topicArns: notifications.topicArns }),
        }),
        retryPolicy: RETRY,
        deadLetterConfig: { arn: operator.failedEventsQueueArn },
      },
      dependsOn: dependenciesOf(scope, dependsOn),
    });
    acceptFindings(schedule, { CKV_AWS_297: "Its input names an action and ids, no secret." });
  }
  new CloudwatchMetricAlarm(scope, "failed-events", {
    alarmName: props.alarmName,
    alarmDescription: props.alarmDescription,
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: operator.failedEventsQueueName },
    statistic: "Maximum",
    period: 60,
    evaluationPeriods: 1,
    threshold: 0,
    comparisonOperator: "GreaterThanThreshold",
    treatMissingData: "notBreaching",
    alarmActions: notifications?.topicArns,
    okActions: notifications?.topicArns,
  });
}
