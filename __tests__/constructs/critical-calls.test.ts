// CriticalCalls: the rule by which calls that can lose keys are reported.

import { encoded } from "../../scripts/lib/synthesize";
import { TOPIC, watched } from "./monitored";

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
