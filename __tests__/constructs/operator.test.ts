// The operator as a function: what runs it, what it reaches, and what becomes of what fails.

import { CertificateAuthority, ClusterOperator, HsmCluster, HsmNetwork } from "../../constructs";
import { safeStorage, SETTINGS, Synthesized } from "../../scripts/lib/synthesize";

const actionsOf = (policy: string): string[] =>
  [...policy.matchAll(/"([a-z]+:[\w*]+)"/g)].map(([, action]) => action).sort();

describe("endpoint policies", () => {
  const stack = safeStorage();
  const policyOf = (service: string) =>
    String(stack.resource("aws_vpc_endpoint", `endpoint-${service}_`).policy);
  /** What the role may do itself, not what services may do in its name. */
  const allowed = stack
    .resources("aws_iam_role_policy")
    .flatMap(({ policy }) =>
      [...policy.matchAll(/\{"Effect" = "Allow"[^]*?(?=\{"Effect"|$)/g)].map(([text]) => text),
    )
    .filter((statement) => !/kms:ViaService|aws:ViaAWSService/.test(statement))
    .flatMap((statement) => actionsOf(statement.replace(/"Condition" =.*/s, "")));

  test.each([
    ["cloudhsmv2", "cloudhsm"],
    ["kms", "kms"],
    ["secretsmanager", "secretsmanager"],
  ])(
    "that of %s lets the operator's role do what its policies allow, and nothing else",
    (service, prefix) => {
      const wanted = [...new Set(allowed.filter((action) => action.startsWith(`${prefix}:`)))].sort();
      expect(wanted.length).toBeGreaterThan(1);
      const policy = policyOf(service);
      expect(actionsOf(policy.replace(/"Condition" =.*/s, ""))).toEqual(wanted);
      expect(policy).toMatch(/"aws:PrincipalArn" = aws_iam_role\.storage_operator_role_\w+\.arn/);
      expect(policy.match(/"Effect" = "Allow"/g)).toHaveLength(1);
    },
  );

  test("a network that nobody was let into lets nobody through", () => {
    const alone = new Synthesized((scope) => new HsmNetwork(scope, "network", SETTINGS.network));
    for (const { policy } of alone.resources("aws_vpc_endpoint")) expect(policy).toMatch(/"Effect" = "Deny"/);
  });
});

describe("private DNS", () => {
  test("on: the services' own names lead to the endpoints", () => {
    for (const endpoint of safeStorage().resources("aws_vpc_endpoint"))
      expect(endpoint.private_dns_enabled).toBe(true);
  });

  test("off: the operator is given the endpoints' own addresses", () => {
    const stack = safeStorage({ network: { privateDns: false } });
    for (const endpoint of stack.resources("aws_vpc_endpoint"))
      expect(endpoint.private_dns_enabled).toBe(false);
    const { variables } = stack.resource("aws_lambda_function").environment;
    for (const [name, service] of [
      ["CLOUDHSM_V2", "cloudhsmv2"],
      ["KMS", "kms"],
      ["SECRETS_MANAGER", "secretsmanager"],
    ])
      expect(variables[`AWS_ENDPOINT_URL_${name}`]).toMatch(
        new RegExp(
          `^https://\\$\\{aws_vpc_endpoint\\.\\w+endpoint-${service}_\\w+\\.dns_entry\\[0\\]\\.dns_name\\}$`,
        ),
      );
  });

  test("off in a network that exists: its addresses are given with it, under the names that the services have", () => {
    const existing = (endpointUrls: object) => ({
      vpcId: "vpc-0123456789abcdef0",
      subnets: SETTINGS.network.subnets.map((s, i) => ({ ...s, subnetId: `subnet-${i}` })),
      endpointSecurityGroupId: "sg-0123456789abcdef0",
      endpointUrls,
    });
    const stack = new Synthesized((scope) => {
      const kms = "https://vpce-1.kms.eu-central-1.vpce.amazonaws.com";
      const network = HsmNetwork.fromExisting(scope, "network", existing({ kms }));
      new ClusterOperator(scope, "operator", { network });
    });
    expect(stack.resource("aws_lambda_function").environment.variables).toEqual({
      LOCK_SECRET_ARN: expect.stringMatching(/aws_secretsmanager_secret/),
      AWS_ENDPOINT_URL_KMS: "https://vpce-1.kms.eu-central-1.vpce.amazonaws.com",
    });
    expect(
      () =>
        new Synthesized(
          (scope) => void HsmNetwork.fromExisting(scope, "network", existing({ cloudhsm: "x" })),
        ),
    ).toThrow('test/network: endpointUrls is "cloudhsm"; it must be one of cloudhsmv2, kms, secretsmanager');
  });
});

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

  test("are traced by X-Ray only when told, and then may write traces", () => {
    expect(traced().resource("aws_lambda_function").tracing_config).toBeUndefined();
    expect(traced().resource("aws_iam_role_policy").policy).not.toMatch(/xray/);
    expect(traced(true).resource("aws_lambda_function").tracing_config).toEqual({ mode: "Active" });
    expect(traced(true).resource("aws_iam_role_policy").policy).toMatch(/"xray:PutTraceSegments"/);
  });
});

describe("HSMs on demand", () => {
  const policy = (hsmsOnDemand?: boolean) =>
    new Synthesized((scope) => {
      const network = new HsmNetwork(scope, "network", SETTINGS.network);
      new HsmCluster(scope, "cluster", {
        network,
        operator: new ClusterOperator(scope, "operator", { network }),
        signer: new CertificateAuthority(scope, "ca"),
        hsmsOnDemand,
      });
    })
      .resources("aws_iam_role_policy")
      .map((p) => p.policy)
      .join("\n");

  test("are allowed only when told, on this cluster only", () => {
    expect(policy()).not.toMatch(/CreateHsm/);
    expect(policy(true)).toMatch(
      /"cloudhsm:CreateHsm"\], "Resource" = "[^"]*:cluster\/\$\{aws_cloudhsm_v2_cluster\./,
    );
  });

  // «Actions, resources, and condition keys for AWS CloudHSM», Service Authorization Reference: CreateHsm works in EC2.
  test("let CloudHSM work in EC2 in the operator's name, and the operator itself not", () => {
    expect(policy(true)).toMatch(/"ec2:CreateSecurityGroup"[^}]*"Bool" = \{"aws:ViaAWSService" = "true"/);
    expect(policy(true)).toMatch(/"BoolIfExists" = \{"aws:ViaAWSService" = "false"/);
  });
});
