// Backups in other regions: what is made where, who may do what, when the alarms go off, and what a restore takes from there.

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import {
  BackupReplication,
  CertificateAuthority,
  ClusterOperator,
  HsmCluster,
  HsmNetwork,
} from "../../constructs";
import { EXISTING_NETWORK, Synthesized } from "../../scripts/lib/synthesize";

const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const network = (stack: TerraformStack, id: string) => HsmNetwork.fromExisting(stack, id, EXISTING_NETWORK);

function replication(props: object = {}, destination: object = {}): Synthesized {
  return new Synthesized((stack) => {
    const operator = new ClusterOperator(stack, "operator", { name: "ledger", network: network(stack, "a") });
    const cluster = new HsmCluster(stack, "cluster", {
      name: "ledger",
      network: network(stack, "b"),
      operator,
      signer: new CertificateAuthority(stack, "ca"),
    });
    const provider = new AwsProvider(stack, "ireland", { alias: "ireland", region: "eu-west-1" });
    new BackupReplication(stack, "replication", {
      name: "ledger",
      cluster,
      operator,
      destinations: [{ region: "eu-west-1", provider, ...destination }],
      tags: { Team: "payments" },
      ...props,
    });
  });
}
const made = replication({}, { emails: ["hsm@example.com"] });

test("everything of a destination is in its region, with the tags; the function is in no VPC", () => {
  const types = [
    "aws_lambda_function",
    "aws_kms_key",
    "aws_cloudwatch_log_group",
    "aws_sqs_queue",
    "aws_sns_topic",
    "aws_scheduler_schedule_group",
  ];
  for (const type of types)
    expect(made.resource(type, "replication_eu-west-1")).toMatchObject({
      provider: "aws.ireland",
      tags: { Team: "payments" },
    });
  for (const alarm of ["recovery-point", "eu-west-1_schedule_failed-events"])
    expect(made.resource("aws_cloudwatch_metric_alarm", alarm)).toMatchObject({
      provider: "aws.ireland",
      alarm_actions: [expect.stringContaining("aws_sns_topic")],
    });
  const copier = made.resource("aws_lambda_function", "replication_");
  expect(copier.vpc_config).toBeUndefined();
  expect(copier.environment).toBeUndefined();
});

test("no two roles have one name: roles are the account's, not the region's", () => {
  const names = made.resources("aws_iam_role").map((role) => role.name);
  expect(new Set(names).size).toBe(names.length);
});

test("its function may list, copy, and delete what it has copied itself; no secret, no HSM, no network", () => {
  const policies = made
    .resources("aws_iam_role_policy")
    .filter((p) => String(p.role).includes("replication_eu-west-1_role"))
    .map((p) => String(p.policy))
    .join("\n");
  const actions = [...policies.matchAll(/"([a-z0-9]+:\w+)"/g)].map(([, action]) => action);
  expect([...new Set(actions)].filter((a) => !/^(aws|kms|logs|sqs|sns):/.test(a)).sort()).toEqual([
    "cloudhsm:CopyBackupToRegion",
    "cloudhsm:DeleteBackup",
    "cloudhsm:DescribeBackups",
    "cloudhsm:ModifyBackupAttributes",
    "cloudhsm:RestoreBackup",
    "cloudhsm:TagResource",
  ]);
  const [, deletes] = /\{([^{]*"cloudhsm:DeleteBackup".*?)\}\}\}/.exec(policies)!;
  expect(deletes).toMatch(/:cloudhsm:eu-west-1:.*:backup\/\*"/);
  expect(deletes).toContain('{"StringEquals" = {"aws:ResourceTag/SafeStorageCopyOf" =');
});

// AWS takes a backup a day: 24 hours, then a quarter of what the objective leaves.
test.each([
  [25, 15],
  [30, 90],
  [48, 360],
  [720, 360],
])("an objective of %d hours: a look each %d minutes", (recoveryPointHours, minutes) => {
  const stack = replication({ recoveryPointHours });
  expect(stack.resource("aws_scheduler_schedule", "_copy_").schedule_expression).toBe(
    `rate(${minutes} minutes)`,
  );
  const alarm = stack.resource("aws_cloudwatch_metric_alarm", "recovery-point");
  expect(alarm).toMatchObject({
    metric_name: "NewestCopyAge",
    threshold: recoveryPointHours * 3600,
    treat_missing_data: "breaching",
  });
  // A period always has a run, and is none that CloudWatch refuses.
  expect(alarm.period).toBeGreaterThanOrEqual(2 * minutes * 60);
  expect(alarm.period).toBeLessThanOrEqual(86_400);
});

test("the home region notes who the users are, for a cluster from a copy", () => {
  const note = made.resource("aws_scheduler_schedule", "_note_");
  expect(note.provider).toBeUndefined();
  expect(String(note.target.input)).toContain("note-users");
  expect(String(made.resource("aws_lambda_invocation", "replicate-secrets-eu-west-1").input)).toMatch(
    /admin-secret.*trust-anchor.*replication_users/,
  );
});

test("the first copy is part of the deploy, after the users are made", () => {
  expect(made.waitsFor(made.address("aws_lambda_invocation", "first-copy_"))).toContain(
    made.address("aws_lambda_invocation", "operator_create-kmsuser"),
  );
});

test("the operator may replicate the two secrets to this region only", () => {
  const policy = String(made.resource("aws_iam_role_policy", "replicate-secrets-eu-west-1").policy);
  expect(policy).toContain(
    '"ForAllValues:StringEquals" = {"secretsmanager:AddReplicaRegions" = "eu-west-1"}',
  );
  expect(policy).toMatch(/cluster_id}\/trust-anchor-\?{6}/);
});

describe("a cluster from a copy", () => {
  const restored = new Synthesized((stack) => {
    const operator = new ClusterOperator(stack, "operator", { network: network(stack, "a") });
    HsmCluster.fromBackup(stack, "cluster", {
      network: network(stack, "b"),
      operator,
      sourceBackupId: BackupReplication.newestCopy(stack, "backup", {
        name: "ledger",
        sourceClusterId: "cluster-abcdefghijk",
      }),
      sourceClusterId: "cluster-abcdefghijk",
    });
  });

  test("asks for the newest when it is planned, and is pinned once it is made", () => {
    const asked = restored.data("aws_lambda_invocation");
    expect(asked.function_name).toBe("ledger-backups");
    expect(asked.input).toContain("newest-copy");
    const cluster = restored.resource("aws_cloudhsm_v2_cluster");
    expect(cluster.source_backup_identifier).toMatch(
      /jsondecode\(data\.aws_lambda_invocation\.\S+\.result\)/,
    );
    expect(cluster.lifecycle.ignore_changes).toEqual(["source_backup_identifier", "hsm_type"]);
  });

  test("takes trust anchor and admin's password from their replicas", () => {
    expect(restored.data("aws_secretsmanager_secret_version", "source-trust-anchor").secret_id).toBe(
      "safe-storage/cluster-abcdefghijk/trust-anchor",
    );
    expect(restored.resource("aws_lambda_invocation", "activate_").input).toContain("sourceAdminSecretArn");
    expect(String(restored.resource("aws_iam_role_policy", "source-admin-secret").policy)).toContain(
      "secretsmanager:GetSecretValue",
    );
  });

  test("of another account takes the admin's password from a secret that is named", () => {
    const secret = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:hsm-admin-a1b2c3";
    const stack = new Synthesized((s) => {
      const operator = new ClusterOperator(s, "operator", { network: network(s, "a") });
      HsmCluster.fromBackup(s, "cluster", {
        network: network(s, "b"),
        operator,
        sourceBackupId: "arn:aws:cloudhsm:eu-central-1:111122223333:backup/backup-abcdefghijk",
        trustAnchor: PEM,
        sourceAdminSecretArn: secret,
      });
    });
    expect(stack.resource("aws_lambda_invocation", "activate_").input).toContain(secret);
  });
});
