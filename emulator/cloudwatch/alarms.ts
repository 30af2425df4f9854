// CloudWatch alarms on queues: moto keeps the alarms, this looks at what they watch, and tells the topics of a change.

import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  MetricAlarm,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { GetTopicAttributesCommand, PublishCommand } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { decide, list, Statement } from "../access/policy";
import { Context } from "../context";

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

export class Alarms {
  private lastCheck = 0;

  constructor(private readonly context: Context) {
    context.cloud.on(CHECK, (region) => this.check(region));
  }

  /** From now on, once a minute of emulated time. */
  watch(region: string): void {
    const { cloud } = this.context;
    if (cloud.pending(CHECK, region).length > 0) return;
    cloud.scheduleAndWake(cloud.now() + PERIOD_SECONDS * 1000, CHECK, region, "");
  }

  private async check(region: string): Promise<void> {
    // A clock that is moved by weeks would ask a thousand times for one answer.
    if (Date.now() - this.lastCheck < 50) return this.watch(region);
    this.lastCheck = Date.now();
    const cloudWatch = this.context.moto.cloudwatch(region);
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
    if (MetricAlarms.length > 0) this.watch(region);
    for (const alarm of MetricAlarms) await this.look(region, cloudWatch, alarm);
  }

  private async look(region: string, cloudWatch: CloudWatchClient, alarm: MetricAlarm): Promise<void> {
    const value = await this.valueOf(region, alarm);
    if (value === undefined) return;
    const holds = HOLDS[alarm.ComparisonOperator!]?.(value, alarm.Threshold!);
    const state = holds ? "ALARM" : "OK";
    if (state === alarm.StateValue) return;
    const StateReason = `Threshold Crossed: 1 datapoint [${value.toFixed(1)}] was ${holds ? "" : "not "}${alarm.ComparisonOperator} ${alarm.Threshold!.toFixed(1)}.`;
    await cloudWatch.send(
      new SetAlarmStateCommand({ AlarmName: alarm.AlarmName, StateValue: state, StateReason }),
    );
    if (!alarm.ActionsEnabled) return;
    for (const topic of (holds ? alarm.AlarmActions : alarm.OKActions) ?? [])
      await this.tell(region, topic, alarm, state, StateReason);
  }

  /** Of metrics the local cloud has the length of queues; other alarms stay as they are. */
  private async valueOf(region: string, alarm: MetricAlarm): Promise<number | undefined> {
    if (alarm.Namespace !== "AWS/SQS" || alarm.MetricName !== "ApproximateNumberOfMessagesVisible")
      return undefined;
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
    if (!(await this.mayPublish(region, TopicArn))) return;
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
   * By the topic's policy: one that names the service, or the account's own default. Source: «Amazon SNS topic policy for
   * CloudWatch alarms», CloudWatch User Guide. What it may not publish is lost.
   */
  private async mayPublish(region: string, TopicArn: string): Promise<boolean> {
    const { Attributes } = await this.context.moto
      .sns(region)
      .send(new GetTopicAttributesCommand({ TopicArn }))
      .catch(() => ({ Attributes: undefined }));
    if (!Attributes) return false;
    const statements: Statement[] = list(JSON.parse(Attributes.Policy!).Statement);
    const { accountId } = this.context.cloud;
    const context = {
      "aws:SourceAccount": accountId,
      "AWS:SourceOwner": accountId,
      "aws:SecureTransport": "true",
    };
    const about = statements.filter(({ Principal }) => isCloudWatch(Principal));
    const question = { resource: TopicArn, context };
    const spellings = ["sns:Publish", "SNS:Publish"].map((action) =>
      decide([{ Statement: about }], { ...question, action }),
    );
    return spellings.includes("Allow") && !spellings.includes("Deny");
  }
}

function isCloudWatch(principal: Statement["Principal"]): boolean {
  if (principal === undefined || principal === "*") return principal === "*";
  return list(principal.AWS).includes("*") || list(principal.Service).includes("cloudwatch.amazonaws.com");
}
