// CloudWatch alarms on queues and on metrics of functions: moto keeps the alarms, this looks at what they watch, and tells the
// topics of a change.

import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  MetricAlarm,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { GetTopicAttributesCommand, PublishCommand } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import type { FastifyReply, FastifyRequest } from "fastify";
import { letsServiceIn, Statement } from "../access/policy";
import { Context } from "../core/context";
import { passOn } from "../http/pass-on";
import { describeKey } from "../kms/access";
import { AlarmHistory, parametersOf } from "./history";

const CHECK = "alarm check";
/** SQS gives CloudWatch a value a minute: «Monitoring Amazon SQS queues using CloudWatch», Amazon SQS Developer Guide. */
const PERIOD_SECONDS = 60;

/** What moto's alarms compare by. */
const HOLDS: Record<string, (value: number, threshold: number) => boolean> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
const STATISTICS: Record<string, (values: number[]) => number> = {
  Maximum: (values) => Math.max(...values),
  Minimum: (values) => Math.min(...values),
  Sum: sum,
  Average: (values) => sum(values) / values.length,
  SampleCount: (values) => values.length,
};

/** Undefined where a period has no data. */
type Datapoints = (number | undefined)[];

/** Source: «Evaluating an alarm» and «Configuring how CloudWatch alarms treat missing data», CloudWatch User Guide. */
function stateOf(
  alarm: MetricAlarm,
  points: Datapoints,
  breaches: (value: number) => boolean,
): { state: "OK" | "ALARM" | "INSUFFICIENT_DATA"; reason: string } {
  const treat = alarm.TreatMissingData ?? "missing";
  const [newest] = points.filter((p) => p !== undefined);
  const limit = alarm.Threshold!.toFixed(1);
  if (newest === undefined && treat === "ignore")
    return { state: alarm.StateValue!, reason: alarm.StateReason ?? "" };
  if (newest === undefined && treat === "missing")
    return { state: "INSUFFICIENT_DATA", reason: "Insufficient Data: no datapoints were received." };
  const breaching = points.filter((p) => (p === undefined ? treat === "breaching" : breaches(p))).length;
  const state = breaching >= (alarm.DatapointsToAlarm ?? points.length) ? "ALARM" : "OK";
  const reason =
    newest === undefined
      ? `Threshold Crossed: no datapoints were received for ${points.length} period(s) and ${points.length} missing datapoint(s) were treated as [${treat === "breaching" ? "Breaching" : "NonBreaching"}].`
      : `Threshold Crossed: 1 datapoint [${newest.toFixed(1)}] was ${breaches(newest) ? "" : "not "}${alarm.ComparisonOperator} ${limit}.`;
  return { state, reason };
}

export class Alarms {
  private readonly lastCheck = new Map<string, number>();
  private readonly late = new Set<string>();
  readonly history: AlarmHistory;

  constructor(private readonly context: Context) {
    this.history = new AlarmHistory(context.cloud);
    context.cloud.on(CHECK, (region) => this.check(region));
  }

  /** From now on, once a minute of emulated time. */
  watch(region: string): void {
    const { cloud } = this.context;
    if (cloud.pending(CHECK, region).length > 0) return;
    cloud.scheduleAndWake(cloud.now() + PERIOD_SECONDS * 1000, CHECK, region, "");
  }

  private async check(region: string): Promise<void> {
    // A clock that is moved by weeks would ask a thousand times for one answer; the last time counts.
    const wait = (this.lastCheck.get(region) ?? 0) + 50 - Date.now();
    if (wait > 0) {
      this.checkLater(region, wait);
      return this.watch(region);
    }
    this.lastCheck.set(region, Date.now());
    const cloudWatch = this.context.moto.cloudwatch(region);
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
    if (MetricAlarms.length > 0) this.watch(region);
    for (const alarm of MetricAlarms) await this.look(region, cloudWatch, alarm);
  }

  private checkLater(region: string, milliseconds: number): void {
    if (this.late.has(region)) return;
    this.late.add(region);
    const check = () => {
      this.late.delete(region);
      // A cloud that has been stopped meanwhile has no alarms.
      this.context.cloud.exclusively(() => this.check(region)).catch(() => undefined);
    };
    setTimeout(check, milliseconds + 1).unref();
  }

  private async look(region: string, cloudWatch: CloudWatchClient, alarm: MetricAlarm): Promise<void> {
    const compare = HOLDS[alarm.ComparisonOperator!];
    const points = await this.datapointsOf(region, alarm);
    if (!compare || !points) {
      console.error(`Alarm ${alarm.AlarmName} is not emulated: its metric or its comparison`);
      return;
    }
    const { state, reason: StateReason } = stateOf(alarm, points, (value) =>
      compare(value, alarm.Threshold!),
    );
    if (state === alarm.StateValue) return;
    await cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: alarm.AlarmName, StateValue: state, StateReason }),
    );
    await this.changed(region, alarm, state, StateReason);
  }

  /** SetAlarmState: "the action configured for the appropriate state is invoked" (CloudWatch API Reference). */
  async setState(region: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { AlarmName, StateValue, StateReason = "" } = parametersOf(request);
    const cloudWatch = this.context.moto.cloudwatch(region);
    const named = new DescribeAlarmsCommand({ AlarmNames: [AlarmName] });
    const [alarm] = (await cloudWatch.send(named)).MetricAlarms ?? [];
    return passOn(request, reply, async () => {
      if (alarm && alarm.StateValue !== StateValue)
        await this.context.cloud.exclusively(() => this.changed(region, alarm, StateValue, StateReason));
    });
  }

  /** Notes the new state, and tells its topics. */
  private async changed(region: string, alarm: MetricAlarm, state: string, reason: string): Promise<void> {
    const summary = `Alarm updated from ${alarm.StateValue} to ${state}`;
    this.history.note(region, alarm.AlarmName!, "StateUpdate", summary);
    if (!alarm.ActionsEnabled) return;
    const actions: Record<string, string[] | undefined> = { ALARM: alarm.AlarmActions, OK: alarm.OKActions };
    for (const topic of actions[state] ?? []) {
      const refused = await this.refusalOf(region, topic, alarm.AlarmArn!);
      const outcome = refused
        ? `Failed to execute action ${topic}. Received error: "${refused}"`
        : `Successfully executed action ${topic}`;
      this.history.note(region, alarm.AlarmName!, "Action", outcome);
      if (!refused) await this.tell(region, topic, alarm, state, reason);
    }
  }

  /** One for each period that counts, the newest first; undefined for a metric that the local cloud does not have. */
  private async datapointsOf(region: string, alarm: MetricAlarm): Promise<Datapoints | undefined> {
    const periods = [...Array(alarm.EvaluationPeriods).keys()];
    if (alarm.Namespace === "AWS/SQS" && alarm.MetricName === "ApproximateNumberOfMessagesVisible") {
      const length = await this.lengthOfQueue(region, alarm);
      return periods.map(() => length);
    }
    if (alarm.Namespace!.startsWith("AWS/")) return undefined;
    const now = this.context.cloud.now() + 1;
    const dimensions = (alarm.Dimensions ?? []).map((d) => [d.Name!, d.Value!]);
    return periods.map((i) => {
      const [from, until] = [now - (i + 1) * alarm.Period! * 1000, now - i * alarm.Period! * 1000];
      const values = this.context.metrics.values(
        region,
        alarm.Namespace!,
        alarm.MetricName!,
        dimensions,
        from,
        until,
      );
      return values.length > 0 ? STATISTICS[alarm.Statistic!](values) : undefined;
    });
  }

  private async lengthOfQueue(region: string, alarm: MetricAlarm): Promise<number | undefined> {
    const sqs = this.context.moto.sqs(region);
    const QueueName = alarm.Dimensions!.find((d) => d.Name === "QueueName")!.Value!;
    try {
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
      const AttributeNames = ["ApproximateNumberOfMessages" as const];
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
      return Number(Attributes!.ApproximateNumberOfMessages);
    } catch {
      return undefined; // there is no such queue, so no data
    }
  }

  /** Source of the message: «Alarm events and EventBridge» and «Using Amazon CloudWatch alarms», CloudWatch User Guide. */
  private async tell(
    region: string,
    TopicArn: string,
    alarm: MetricAlarm,
    state: string,
    reason: string,
  ): Promise<void> {
    const Message = JSON.stringify({
      AlarmName: alarm.AlarmName,
      AlarmDescription: alarm.AlarmDescription,
      AWSAccountId: this.context.cloud.accountId,
      NewStateValue: state,
      NewStateReason: reason,
      StateChangeTime: new Date(this.context.cloud.now()).toISOString(),
      OldStateValue: alarm.StateValue,
    });
    const Subject = `${state}: "${alarm.AlarmName}" in ${region}`;
    await this.context.moto.sns(region).send(new PublishCommand({ TopicArn, Subject, Message }));
  }

  /**
   * Why CloudWatch may not publish, by the topic's policy and its key's. Source: «Manage permissions for Amazon SNS with CloudWatch alarms»,
   * CloudWatch User Guide; the first text: «Why didn't I receive an SNS notification for my CloudWatch alarm trigger?», AWS re:Post.
   */
  private async refusalOf(region: string, topicArn: string, alarmArn: string): Promise<string | undefined> {
    const { Attributes } = await this.context.moto
      .sns(region)
      .send(new GetTopicAttributesCommand({ TopicArn: topicArn }))
      .catch(() => ({ Attributes: undefined }));
    if (!Attributes) return "Topic does not exist";
    const { accountId } = this.context.cloud;
    const context = {
      "aws:SourceAccount": accountId,
      "aws:SourceArn": alarmArn,
      "AWS:SourceOwner": accountId,
      "aws:SecureTransport": "true",
    };
    const lets = (policy: { Statement: Statement | Statement[] }, action: string, resource: string) =>
      letsServiceIn(policy, "cloudwatch.amazonaws.com", { action, resource, context });
    if (!lets(JSON.parse(Attributes.Policy!), "sns:Publish", topicArn))
      return `Resource: ${alarmArn} is not authorized to perform: SNS:Publish on resource: ${topicArn}`;
    if (!Attributes.KmsMasterKeyId) return undefined;
    const key = await describeKey(this.context, region, Attributes.KmsMasterKeyId);
    const may = ["kms:Decrypt", "kms:GenerateDataKey"].every((action) => lets(key.policy, action, key.arn));
    return may ? undefined : "null (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException)";
  }
}
