// Notifications of the operator and of alarms: to e-mail addresses, and to an SNS topic of yours.

import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import {
  AwsProps,
  applyAwsProps,
  NameProps,
  nameOf,
  alarmsMayEncrypt,
  policyDocument,
  viaSns,
  check,
  checkKeyArn,
  checkKnown,
  checkList,
  refuse,
} from "../private";
import { OperatorFunction } from "./operator-function";

/** Who is notified. */
export interface NotificationTargets {
  /**
   * E-mail addresses. SNS sends each address a message with a link, and nothing else until the link is followed: «Confirm the subscription»,
   * Amazon SNS Developer Guide.
   * @default none
   */
  readonly emails?: string[];
  /**
   * ARN of a standard topic of yours in the same region. Its policy must let the account's `cloudwatch.amazonaws.com` publish, for
   * alarms.
   * @default none
   */
  readonly topicArn?: string;
  /**
   * ARN of the KMS key that encrypts your topic; its policy must let `cloudwatch.amazonaws.com` use it, for alarms.
   * @default none: the topic is not encrypted by a key of yours
   */
  readonly topicKeyArn?: string;
}

/** What `Notifications` are made of; `emails` or a `topicArn` at least. */
export interface NotificationsProps extends NotificationTargets, NameProps, AwsProps {
  /** Publishes what it has done. Its key encrypts the topic of the e-mail addresses. */
  readonly operator: OperatorFunction;
}

/** Topics to which the operator and alarms publish, through an endpoint of the network. */
export class Notifications extends Construct {
  /** ARNs of the topics, also for alarms of your own. */
  readonly topicArns: string[] = [];
  /** Dependencies of the operator's publishing. */
  readonly ready: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: NotificationsProps) {
    super(scope, id);
    applyAwsProps(this, props);
    const name = nameOf(this, props);
    const { operator, emails = [], topicArn, topicKeyArn } = props;
    checkList(this, "emails", emails, "a list of e-mail addresses");
    for (const [i, email] of emails.entries()) {
      checkKnown(this, `emails[${i}]`, email, "an e-mail address");
      check(
        this,
        `emails[${i}]`,
        email,
        (e) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(String(e)),
        "an e-mail address",
      );
      if (emails.indexOf(email) < i) refuse(this, `emails[${i}]`, email, "given once");
    }
    if (topicArn !== undefined)
      check(
        this,
        "topicArn",
        topicArn,
        // A FIFO topic takes no e-mail and no alarm: «Amazon SNS FIFO topics», Amazon SNS Developer Guide.
        (arn) => /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/.test(arn),
        "the ARN of a standard SNS topic",
      );
    if (topicKeyArn !== undefined) checkKeyArn(this, "topicKeyArn", topicKeyArn);
    if (emails.length === 0 && topicArn === undefined)
      refuse(this, "emails", emails, "given, or topicArn: there is nobody to tell");

    const keys = topicKeyArn ? [topicKeyArn] : [];
    if (emails.length > 0) {
      this.topicArns.push(this.ownTopic(`${name}-notifications`, operator, emails));
      keys.push(operator.encryptionKeyArn);
    }
    if (topicArn !== undefined) this.topicArns.push(topicArn);
    // Of several on one operator each has its own rights.
    const { id: own } = this.node;
    const may = operator.allow(own === "notifications" ? own : `notifications-${own}`, [
      { Action: ["sns:Publish"], Resource: this.topicArns },
      ...keys.map((keyArn) => viaSns(operator.region, keyArn)),
    ]);
    this.ready = [may, ...operator.reach("sns")];
  }

  private ownTopic(name: string, operator: OperatorFunction, emails: string[]): string {
    const topic = new SnsTopic(this, "topic", {
      name,
      kmsMasterKeyId: operator.encryptionKeyArn,
      tags: { Name: name },
    });
    operator.letUseKey(alarmsMayEncrypt(operator.accountId));
    const arn = operator.arn("sns", name);
    new SnsTopicPolicy(this, "policy", {
      arn: topic.arn,
      policy: policyDocument([
        {
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: ["sns:Publish"],
          Resource: arn,
          Condition: { StringEquals: { "aws:SourceAccount": operator.accountId } },
        },
        {
          Effect: "Deny",
          Principal: "*",
          Action: ["sns:Publish"],
          Resource: arn,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
    });
    for (const endpoint of emails)
      new SnsTopicSubscription(this, `to-${endpoint}`, { topicArn: topic.arn, protocol: "email", endpoint });
    return topic.arn;
  }
}

/** Whether anybody is to be notified. Invalid targets count as somebody, so that `Notifications` refuses them. */
export const hasTargets = ({ emails, topicArn }: NotificationTargets): boolean =>
  topicArn !== undefined || (Array.isArray(emails) ? emails.length > 0 : emails !== undefined);
