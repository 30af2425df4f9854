// Notifications: the topic and its key.

import { scheduled } from "./scheduled";

describe("notifications", () => {
  test("the topic is encrypted by the customer's key, which alarms may use, and takes nothing that is not encrypted on its way", () => {
    const stack = scheduled();
    expect(stack.resource("aws_sns_topic").kms_master_key_id).toMatch(/aws_kms_key\..*encryption-key/);
    expect(stack.resource("aws_kms_key", "encryption-key").policy).toMatch(/"cloudwatch\.amazonaws\.com"/);
    expect(stack.resource("aws_sns_topic_policy").policy).toMatch(/"aws:SecureTransport" = "false"/);
    expect(stack.resource("aws_sns_topic_subscription")).toMatchObject({
      protocol: "email",
      endpoint: "hsm@example.com",
    });
  });

  test("an existing topic is notified in addition, or instead", () => {
    const topicArn = "arn:aws:sns:eu-central-1:111122223333:on-call";
    const both = scheduled({ topicArn }).resource("aws_cloudwatch_metric_alarm").alarm_actions;
    expect(both).toEqual([expect.stringMatching(/aws_sns_topic\./), topicArn]);
    const only = scheduled({ topicArn, emails: undefined });
    expect(only.resources("aws_sns_topic")).toEqual([]);
    expect(only.resource("aws_cloudwatch_metric_alarm").alarm_actions).toEqual([topicArn]);
  });

  test("without anybody to notify there is no topic and no endpoint; the alarm is there all the same", () => {
    const stack = scheduled({ emails: undefined });
    expect(stack.resources("aws_sns_topic")).toEqual([]);
    expect(stack.resources("aws_vpc_endpoint")).toHaveLength(3);
    expect(stack.resource("aws_cloudwatch_metric_alarm").alarm_actions).toBeUndefined();
  });
});
