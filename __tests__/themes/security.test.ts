// Least privilege, everything encrypted, no public path.

import { safeStorage } from "../../scripts/lib/synthesize";

const stack = safeStorage();
/** Terraform's jsonencode takes an object in HCL syntax: `"Action" = [...]`. */
const statements = (part: string): string => String(stack.resource("aws_iam_role_policy", part).policy);

describe("network", () => {
  test.each([
    "aws_internet_gateway",
    "aws_nat_gateway",
    "aws_eip",
    "aws_route",
    "aws_egress_only_internet_gateway",
  ])("has no %s", (type) => expect(stack.resources(type)).toEqual([]));

  test("gives no public addresses", () => {
    for (const subnet of stack.resources("aws_subnet"))
      expect(subnet.map_public_ip_on_launch ?? false).toBe(false);
  });

  test("opens no group to an address range", () => {
    for (const rule of [
      ...stack.resources("aws_vpc_security_group_ingress_rule"),
      ...stack.resources("aws_vpc_security_group_egress_rule"),
    ]) {
      expect(rule.cidr_ipv4 ?? rule.cidr_ipv6 ?? rule.prefix_list_id).toBeUndefined();
      expect(rule.ip_protocol).toBe("tcp");
    }
  });

  test("allows only the operator's role through its endpoints", () => {
    for (const endpoint of stack.resources("aws_vpc_endpoint"))
      expect(endpoint.policy).toMatch(/"aws:PrincipalArn" = aws_iam_role\.storage_operator_role/);
  });
});

describe("operator", () => {
  const OPERATOR_POLICIES = ["policy-basics", "policy-cluster", "policy-initialization", "policy-key-store"];

  test("has exactly these inline policies and no managed ones", () => {
    const policies = stack.resources("aws_iam_role_policy");
    expect(policies.filter(({ role }) => role.includes("operator"))).toHaveLength(OPERATOR_POLICIES.length);
    expect(policies).toHaveLength(OPERATOR_POLICIES.length + 1); // and the flow log's
    expect(stack.resources("aws_iam_role_policy_attachment")).toEqual([]);
  });

  test("may do no action by a wildcard", () => {
    for (const policy of OPERATOR_POLICIES) expect(statements(policy)).not.toMatch(/"[a-z0-9-]+:\w*\*"/);
  });

  // Each of these has no resource type in the Service Authorization Reference.
  test("has a wildcard resource only where AWS has no resource for the action", () => {
    const withWildcard = OPERATOR_POLICIES.flatMap((policy) =>
      [...statements(policy).matchAll(/\{[^{}]*"Resource" = "\*"[^{}]*/g)].flatMap((statement) =>
        [...statement[0].matchAll(/"([a-z0-9]+:\w+)"/g)].map((m) => m[1]),
      ),
    );
    expect([...new Set(withWildcard)].sort()).toEqual([
      "cloudhsm:DescribeClusters",
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
      "kms:ConnectCustomKeyStore",
      "kms:DeleteCustomKeyStore",
      "kms:DescribeCustomKeyStores",
      "kms:DisconnectCustomKeyStore",
      "kms:ListKeys",
      "kms:UpdateCustomKeyStore",
      "secretsmanager:GetRandomPassword",
    ]);
  });

  test("may not use its network permissions itself: only Lambda may, for it", () => {
    expect(statements("policy-basics")).toMatch(
      /"Effect" = "Deny"[^}]*"lambda:SourceFunctionArn"|"lambda:SourceFunctionArn"[^}]*\}[^}]*"Effect" = "Deny"/,
    );
  });

  test("reads and writes the two secrets of its cluster only", () => {
    const secrets = statements("policy-cluster");
    expect(secrets).toMatch(/aws_secretsmanager_secret\.\w*admin-secret\w*\.arn/);
    expect(secrets).toMatch(/aws_secretsmanager_secret\.\w*kmsuser-secret\w*\.arn/);
  });
});

describe("encryption by an ordinary key of the customer's, not by one of the store that it helps to build", () => {
  const encryptionKey = /^\$\{aws_kms_key\.storage_operator_encryption-key_\w+\.arn\}$/;

  test("the log group", () => {
    expect(stack.resource("aws_cloudwatch_log_group", "operator").kms_key_id).toMatch(encryptionKey);
  });
  test("the flow log, by one of its own: the network is there before the operator", () => {
    const { kms_key_id } = stack.resource("aws_cloudwatch_log_group", "flow-log");
    expect(kms_key_id).toMatch(/^\$\{aws_kms_key\.storage_network_flow-log_key_\w+\.arn\}$/);
    expect(stack.resource("aws_kms_key", "flow-log").enable_key_rotation).toBe(true);
  });
  test("every secret", () => {
    for (const secret of stack.resources("aws_secretsmanager_secret"))
      expect(secret.kms_key_id).toMatch(encryptionKey);
  });
  test("that key rotates", () => {
    expect(stack.resource("aws_kms_key", "encryption-key").enable_key_rotation).toBe(true);
  });
  test("the file system, however, by the key in the HSMs", () => {
    expect(stack.resource("aws_fsx_ontap_file_system").kms_key_id).toMatch(
      /^\$\{aws_kms_key\.storage_key_\w+\.arn\}$/,
    );
    expect(stack.resource("aws_kms_key", "storage_key_").custom_key_store_id).toMatch(
      /aws_kms_custom_key_store/,
    );
  });
});

describe("passwords", () => {
  test("Terraform stores no secret's value", () => {
    expect(stack.resources("aws_secretsmanager_secret_version")).toEqual([]);
  });

  test("only kmsuser's first password is read, and the admin's never", () => {
    const read = stack.data("aws_secretsmanager_secret_version");
    expect(read.secret_id).toMatch(/kmsuser-secret/);
  });

  test("none is among the inputs or the environment of the operator", () => {
    for (const invocation of stack.resources("aws_lambda_invocation"))
      expect(invocation.input).not.toMatch(/secret_string|private_key|"password"/i);
    const { variables } = stack.resource("aws_lambda_function").environment;
    expect(Object.keys(variables)).toEqual(["LOCK_SECRET_ARN"]);
  });
});

test("the default key policy lets the account's IAM policies decide, and CloudWatch Logs use the key for this log group", () => {
  const policy = String(stack.resource("aws_kms_key", "encryption-key").policy);
  expect(policy).toMatch(/:root"/);
  expect(policy).toMatch(
    /"kms:EncryptionContext:aws:logs:arn" = "[^"]*log-group:\/aws\/lambda\/safe-storage-operator"/,
  );
});
