// ClusterOperator: architecture, lock, failed events and tracing.

import { ClusterOperator, HsmNetwork } from "../../constructs";
import { safeStorage, SETTINGS, Synthesized } from "../../scripts/lib/synthesize";

test.each([
  [undefined, "x86_64"],
  ["arm64", "arm64"],
] as const)("the architecture %s gives a function and a layer for %s", (architecture, is) => {
  const stack = safeStorage({ operator: { architecture, layerZip: undefined } });
  expect(stack.resource("aws_lambda_function").architectures).toEqual([is]);
  expect(stack.resource("aws_lambda_layer_version")).toMatchObject({
    compatible_architectures: [is],
    filename: expect.stringMatching(new RegExp(`cloudhsm-cli-layer-${is}\\.zip$`)),
  });
});

describe("runs", () => {
  test("are kept apart by a lock that the function knows, whose secret holds nothing worth keeping", () => {
    const stack = safeStorage();
    const lock = stack.resource("aws_secretsmanager_secret", "operator_lock");
    expect(lock).toMatchObject({ name: "safe-storage-operator/lock", recovery_window_in_days: 0 });
    const { variables } = stack.resource("aws_lambda_function").environment;
    expect(variables.LOCK_SECRET_ARN).toMatch(/aws_secretsmanager_secret\.storage_operator_lock_\w+\.arn/);
  });

  test("and by one reserved execution where the account's quota allows it, which is the user's word", () => {
    expect(safeStorage().resource("aws_lambda_function").reserved_concurrent_executions).toBeUndefined();
    const reserved = safeStorage({ operator: { reserveConcurrency: true } }).resource("aws_lambda_function");
    expect(reserved.reserved_concurrent_executions).toBe(1);
  });

  test("that are scheduled and fail in all attempts leave their event in an encrypted queue", () => {
    const stack = safeStorage();
    const { destination_config } = stack.resource("aws_lambda_function_event_invoke_config");
    expect(destination_config.on_failure.destination).toMatch(/aws_sqs_queue\.\w+failed-events_\w+\.arn/);
    expect(stack.resource("aws_sqs_queue")).toMatchObject({ sqs_managed_sse_enabled: true });
    expect(stack.resource("aws_iam_role_policy", "policy-basics").policy).toMatch(
      /"sqs:SendMessage"\], "Resource" = aws_sqs_queue\.\w+failed-events_\w+\.arn/,
    );
  });

  const traced = (tracing?: boolean) =>
    new Synthesized((scope) => {
      const network = new HsmNetwork(scope, "network", SETTINGS.network);
      new ClusterOperator(scope, "operator", { network, tracing });
    });

  test("are traced by X-Ray only if `tracing` is set, and may write traces then", () => {
    expect(traced().resource("aws_lambda_function").tracing_config).toBeUndefined();
    expect(traced().resource("aws_iam_role_policy", "operator").policy).not.toMatch(/xray/);
    expect(traced(true).resource("aws_lambda_function").tracing_config).toEqual({ mode: "Active" });
    expect(traced(true).resource("aws_iam_role_policy", "operator").policy).toMatch(
      /"xray:PutTraceSegments"/,
    );
  });
});
