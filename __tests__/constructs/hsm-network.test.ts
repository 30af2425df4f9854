// HsmNetwork: subnets, endpoints and their policies, private DNS, and networks that exist.

import { Address4 } from "ip-address";
import { HsmNetwork, HsmNetworkProps, ClusterOperator, HsmCluster } from "../../constructs";
import {
  safeStorage,
  SETTINGS,
  Synthesized,
  EXISTING_NETWORK as existing,
} from "../../scripts/lib/synthesize";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { Construct } from "constructs";

const stack = safeStorage();

const at = (...parts: string[]) => stack.address(...parts);

test("nothing takes an address of a subnet before the HSMs' are reserved there", () => {
  const reserved = stack.resources("aws_ec2_subnet_cidr_reservation").map((r) => new Address4(r.cidr_block));
  for (const { ip_address } of stack.resources("aws_cloudhsm_v2_hsm"))
    expect(reserved.some((range) => new Address4(ip_address).isInSubnet(range))).toBe(true);
  for (const taker of [
    at("aws_vpc_endpoint", "cloudhsmv2"),
    at("aws_vpc_endpoint", "kms"),
    at("aws_vpc_endpoint", "secretsmanager"),
    at("aws_lambda_function.", "storage_operator_function"),
  ])
    expect([...stack.waitsFor(taker)].filter((a) => a.includes("cidr_reservation"))).toHaveLength(2);
});

test("the smallest subnet reserves less: endpoints and file system need the rest", () => {
  const ranges = ["10.42.0.0/28", "10.42.0.16/28"];
  const subnets = SETTINGS.network.subnets.map((s, i) => ({ ...s, cidrBlock: ranges[i] }));
  const smallest = new Synthesized((scope) => {
    new HsmNetwork(scope, "network", { name: "small", cidrBlock: "10.42.0.0/27", subnets });
  });
  expect(smallest.resources("aws_ec2_subnet_cidr_reservation").map((r) => r.cidr_block)).toEqual([
    "10.42.0.10/31",
    "10.42.0.26/31",
  ]);
});

test("availability zones are named, never looked up", () => {
  expect(() => stack.data("aws_availability_zones")).toThrow("0 of aws_availability_zones");
});

test("a network that exists is checked like a new one", () => {
  expect(
    () =>
      new Synthesized(
        (scope) =>
          void HsmNetwork.fromExisting(scope, "network", { ...existing, subnets: [existing.subnets[0]] }),
      ),
  ).toThrow(/test\/network: subnets is .* at least two different availability zones/);
});

test.each([null, undefined, "vpc-1", []])("%p as a network that exists is refused", (nothing) => {
  expect(
    () => new Synthesized((scope) => void HsmNetwork.fromExisting(scope, "network", nothing as never)),
  ).toThrow(
    /^test\/network: network is .*; it must be an object with vpcId, subnets and endpointSecurityGroupId$/,
  );
});

describe("a VPC that the same app makes", () => {
  const conditions = (type: string, build: (scope: Construct, vpcId: string) => void): string[] =>
    new Synthesized((scope) => build(scope, new Vpc(scope, "vpc", { cidrBlock: "10.42.0.0/24" }).id))
      .data(type, type === "aws_subnet" ? "1a" : "")
      .lifecycle.postcondition.map((p: { condition: string }) => p.condition);

  test("is the one that its subnets are looked for in", () => {
    expect(
      conditions("aws_subnet", (scope, vpcId) =>
        HsmNetwork.fromExisting(scope, "network", { ...existing, vpcId }),
      ),
    ).toContain("${self.vpc_id == aws_vpc.vpc.id}");
  });

  test("is the one that a cluster of somebody else's is looked for in", () => {
    expect(
      conditions("aws_cloudhsm_v2_cluster", (scope, vpcId) => {
        const network = HsmNetwork.fromExisting(scope, "network", { ...existing, vpcId });
        const operator = new ClusterOperator(scope, "operator", { network });
        const secret = (name: string) =>
          `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}-AbCdEf`;
        HsmCluster.fromExisting(scope, "cluster", {
          operator,
          clusterId: "cluster-abcdefghijk",
          adminSecretArn: secret("admin"),
          trustAnchorSecretArn: secret("anchor"),
        });
      }),
    ).toContain("${self.vpc_id == aws_vpc.vpc.id}");
  });
});

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

  test("let further clients through, for just what they may call, on port 443", () => {
    const roleArn = "arn:aws:iam::111122223333:role/cards";
    const from = "sg-0a1b2c3d4e5f60718";
    const actions = ["kms:Decrypt", "sns:Publish"];
    const endpointClients = [
      { roleArn, from, actions },
      { roleArn, from, actions: ["secretsmanager:GetSecretValue"] },
    ];
    const own = safeStorage({ network: { ...SETTINGS.network, endpointClients } });
    const allowed = (service: string) =>
      new RegExp(`"Action" = \\[([^\\]]*)\\]\\s*[^{}]*"Condition" = \\{[^{}]*\\{[^{}]*"${roleArn}"`)
        .exec(String(own.resource("aws_vpc_endpoint", `endpoint-${service}_`).policy))?.[1]
        .trim();
    expect(["kms", "secretsmanager", "sns", "cloudhsmv2"].map(allowed)).toEqual([
      '"kms:Decrypt"',
      '"secretsmanager:GetSecretValue"',
      '"sns:Publish"',
      undefined,
    ]);
    const rules = own
      .resources("aws_vpc_security_group_ingress_rule")
      .filter((rule) => rule.referenced_security_group_id === from);
    expect(rules.map((r) => [r.ip_protocol, r.from_port, r.to_port])).toEqual([["tcp", 443, 443]]);
  });

  test("the endpoints of a network that no role was allowed to use refuse every call", () => {
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

describe("the default security group, «Default security groups for your VPCs», Amazon VPC User Guide", () => {
  test("has no rule, so nothing that is in it by mistake reaches anything", () => {
    const { vpc_id, ingress, egress } = stack.resource("aws_default_security_group");
    expect(vpc_id).toContain("aws_vpc.storage_network_vpc");
    expect([ingress, egress]).toEqual([undefined, undefined]);
  });
});

describe("the flow log", () => {
  const network = (props: Partial<HsmNetworkProps>) =>
    new Synthesized((scope) => void new HsmNetwork(scope, "network", { ...SETTINGS.network, ...props }));

  test("has all of the VPC's traffic, for a year", () => {
    expect(stack.resource("aws_flow_log")).toMatchObject({
      traffic_type: "ALL",
      vpc_id: expect.stringContaining("aws_vpc.storage_network_vpc"),
    });
    expect(stack.resource("aws_cloudwatch_log_group", "flow-log").retention_in_days).toBe(365);
  });

  test("is kept as long as is said, and can be left out", () => {
    const kept = network({ flowLogRetentionDays: 30 });
    expect(kept.resource("aws_cloudwatch_log_group").retention_in_days).toBe(30);
    const none = network({ flowLog: false });
    for (const type of ["aws_flow_log", "aws_cloudwatch_log_group", "aws_kms_key", "aws_iam_role"])
      expect(none.resources(type)).toEqual([]);
  });

  test("is written by a role that only flow logs of this account take, and that may write there alone", () => {
    const { assume_role_policy } = stack.resource("aws_iam_role", "flow-log");
    expect(assume_role_policy).toContain('"Service" = "vpc-flow-logs.amazonaws.com"');
    expect(assume_role_policy).toContain('"aws:SourceAccount"');
    const { policy } = stack.resource("aws_iam_role_policy", "flow-log");
    expect(policy).not.toContain('"Resource" = "*"');
    expect(policy).not.toContain("CreateLogGroup");
  });
});
