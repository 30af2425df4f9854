// Deployments that are monitored, for the tests of what monitors them.

import { SafeStorageProps } from "../../constructs";
import { safeStorage, Synthesized } from "../../scripts/lib/synthesize";

export const TOPIC = "arn:aws:sns:eu-central-1:111122223333:on-call";

export const watched = (
  monitoring: SafeStorageProps["monitoring"] = {},
  more: Partial<SafeStorageProps> = {},
) => safeStorage({ monitoring: { topicArn: TOPIC, ...monitoring }, ...more });

/** The event of a scheduled run. */
export const scheduledEvent = (stack: Synthesized, name: string): string =>
  stack.resources("aws_scheduler_schedule").find((s) => s.name === name)!.target.input;
