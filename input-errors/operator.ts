// Bad input of the operator and of notifications, and the error for each.

import { ClusterOperator, Notifications } from "../constructs";
import {
  AWS,
  AWS_FREE,
  each,
  FLAG,
  LOG_RETENTION,
  is,
  NAMES,
  network,
  operator,
  POLICY,
  Subject,
} from "./shared";

export const operatorErrors: Record<string, Subject> = {
  ClusterOperatorProps: {
    make: (stack, changes) => new ClusterOperator(stack, "it", { network: network(stack), ...changes }),
    free: {
      ...AWS_FREE,
      network: "a construct",
      lock: "another operator's attribute",
      layerZip: "a path; where there is no file a warning says how to build it, and a plan stops",
      functionZip: "a path; where there is no file a warning says how to build it, and a plan stops",
    },
    wrong: {
      ...NAMES,
      ...AWS,
      ...POLICY,
      architecture: each("architecture", "one of x86_64, arm64", "aarch64"),
      logRetentionDays: each("logRetentionDays", LOG_RETENTION, 100),
      reserveConcurrency: each("reserveConcurrency", FLAG, LOG_RETENTION, 1),
      tracing: each("tracing", FLAG, LOG_RETENTION, "yes"),
    },
  },
  NotificationsProps: {
    make: (stack, changes) =>
      new Notifications(stack, "it", { operator: operator(stack), emails: ["hsm@example.com"], ...changes }),
    free: { ...AWS_FREE, operator: "a construct" },
    wrong: {
      ...NAMES,
      ...AWS,
      emails: [
        [["hsm"], is("emails[0]", "hsm", "an e-mail address")],
        [[], is("emails", [], "given, or topicArn: there is nobody to tell")],
      ],
      topicArn: each(
        "topicArn",
        "the ARN of a standard SNS topic",
        "alarms",
        "arn:aws:sns:eu-central-1:111122223333:alarms.fifo",
      ),
      topicKeyArn: each("topicKeyArn", "the ARN of a KMS key", "alias/alarms"),
    },
  },
};
