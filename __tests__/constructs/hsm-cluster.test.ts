// HsmCluster: HSMs and their addresses, clusters from a backup, and what the operator may do with them.

import {
  safeStorage,
  SETTINGS,
  Synthesized,
  EXISTING_NETWORK as existing,
} from "../../scripts/lib/synthesize";
import { clusterAlone, scheduled } from "./scheduled";
import { CertificateAuthority, ClusterOperator, HsmCluster, HsmNetwork } from "../../constructs";
import { Construct } from "constructs";
import { TerraformStack, Testing } from "cdktf";

const stack = safeStorage();

test("each HSM has an address of its own, so that it is never made twice", () => {
  expect(stack.resources("aws_cloudhsm_v2_hsm").map((h) => h.ip_address)).toEqual([
    "10.42.0.10",
    "10.42.0.74",
  ]);
});

test("a third subnet brings a third HSM", () => {
  const subnets = ["a", "b", "c"].map((z, i) => ({
    availabilityZone: `eu-central-1${z}`,
    cidrBlock: `10.42.0.${i * 64}/26`,
  }));
  const three = safeStorage({ network: { subnets } });
  expect(three.resources("aws_cloudhsm_v2_hsm")).toHaveLength(3);
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

  test("are permitted only if `hsmsOnDemand` is set, on this cluster only", () => {
    expect(policy()).not.toMatch(/CreateHsm/);
    expect(policy(true)).toMatch(
      /"cloudhsm:CreateHsm"\], "Resource" = "[^"]*:cluster\/\$\{aws_cloudhsm_v2_cluster\./,
    );
  });

  // «Actions, resources, and condition keys for AWS CloudHSM», Service Authorization Reference: CreateHsm works in EC2.
  test("CloudHSM may act in EC2 with the operator's rights, the operator itself may not", () => {
    expect(policy(true)).toMatch(/"ec2:CreateSecurityGroup"[^}]*"Bool" = \{"aws:ViaAWSService" = "true"/);
    expect(policy(true)).toMatch(/"BoolIfExists" = \{"aws:ViaAWSService" = "false"/);
  });
});

const sourceBackupId = "backup-abcdefghijk";

const restored = safeStorage({ cluster: { sourceBackupId } });

const made = safeStorage();

test("is made from the backup, which counts no more once it is made", () => {
  const cluster = restored.resource("aws_cloudhsm_v2_cluster");
  expect(cluster.source_backup_identifier).toBe(sourceBackupId);
  for (const { lifecycle } of [cluster, made.resource("aws_cloudhsm_v2_cluster")])
    expect(lifecycle.ignore_changes).toEqual(["source_backup_identifier", "hsm_type"]);
});

test("has the addresses of a new one, so that it can take its place in a state", () => {
  const kept = Object.keys(made.graph()).filter((a) => !Object.keys(restored.graph()).includes(a));
  // What a claimed cluster needs no more: nothing of it holds keys.
  expect(kept.map((a) => a.replace(/_[0-9A-F]{8}$/, "")).sort()).toEqual([
    "aws_lambda_invocation.storage_operator_initialize",
    "aws_lambda_invocation.storage_operator_initialize-2",
    "data.aws_cloudhsm_v2_cluster.storage_cluster_described",
    "null_resource.storage_cluster_identity_hsm",
    "tls_locally_signed_cert.storage_ca_cluster-certificate",
  ]);
  expect(Object.keys(restored.graph()).filter((a) => !Object.keys(made.graph()).includes(a))).toEqual([]);
});

test("keeps the secrets, whose names have the lost cluster's id", () => {
  for (const name of ["admin-secret", "kmsuser-secret"])
    expect(restored.resource("aws_secretsmanager_secret", name).lifecycle).toEqual({
      ignore_changes: ["name"],
      prevent_destroy: true,
    });
});

test("takes over the kmsuser of the backup, whose password only KMS knew", () => {
  const input = (stack: typeof made) => stack.resource("aws_lambda_invocation", "create-kmsuser").input;
  expect(input(restored)).toContain('"adopt" = true');
  expect(input(made)).not.toContain("adopt");
});

test("gives its id to the invocation that moves the key store", () => {
  expect(restored.resource("aws_lambda_invocation", "operator_connect-key-store_").input).toMatch(
    /"clusterId" = aws_cloudhsm_v2_cluster\.storage_cluster_\w+\.cluster_id/,
  );
});

test.each(["", "cluster-abcdefghijk", "backup-1", "latest"])("refuses %p as a backup", (id) => {
  expect(() => safeStorage({ cluster: { sourceBackupId: id } })).toThrow(
    /cluster: sourceBackupId is .* a backup's id/,
  );
});

/** A cluster in the network that exists. */
function clusterIn(scope: Construct): HsmCluster {
  const network = HsmNetwork.fromExisting(scope, "network", existing);
  return new HsmCluster(scope, "cluster", {
    network,
    operator: new ClusterOperator(scope, "operator", { network }),
    signer: new CertificateAuthority(scope, "ca"),
  });
}

test("a cluster in a network that exists makes no network", () => {
  const stack = new Synthesized((scope) => {
    clusterIn(scope);
  });
  for (const type of ["aws_vpc", "aws_subnet", "aws_vpc_endpoint"]) expect(stack.resources(type)).toEqual([]);
  expect(stack.resource("aws_cloudhsm_v2_cluster").subnet_ids).toEqual(["subnet-0", "subnet-1"]);
});

test("a cluster allows clients of its HSMs on their ports, by their security group", () => {
  const stack = new Synthesized((scope) => {
    clusterIn(scope).allowFrom("sg-bastion", "bastion");
  });
  expect(stack.resource("aws_vpc_security_group_ingress_rule", "from-bastion")).toMatchObject({
    security_group_id: expect.stringMatching(/aws_cloudhsm_v2_cluster\.\w+\.security_group_id/),
    referenced_security_group_id: "sg-bastion",
    from_port: 2223,
    to_port: 2225,
  });
});

describe("HSMs beyond those that stay are the operator's, so that no plan misses them by night", () => {
  const hsms = { "eu-central-1a": 2, "eu-central-1b": 1 };

  test.each([
    [1, ["10.42.0.10"]],
    [2, ["10.42.0.10", "10.42.0.74"]], // one a zone first
  ])("%d stay: Terraform has those", (keep, addresses) => {
    const stack = scheduled({ keep }, { cluster: { hsms } });
    expect(stack.resources("aws_cloudhsm_v2_hsm").map((h) => h.ip_address)).toEqual(addresses);
    const made = stack.resource("aws_lambda_invocation", "further-hsms_").input;
    for (const address of ["10.42.0.10", "10.42.0.11", "10.42.0.74"])
      expect(made.includes(`"${address}"`)).toBe(!addresses.includes(address));
  });

  test("each is deleted with the stack, or with its line of code, once the key store releases it", () => {
    const release = scheduled().resource("aws_lambda_invocation", "release-hsm-eu-central-1b");
    expect(release.input).toMatch(/"onDelete" = "delete-hsm"/);
    expect(release.lifecycle_scope).toBe("CRUD");
  });

  test("those that Terraform had before are released, not deleted", () => {
    const removed = (schedule: boolean) => {
      const stack = new TerraformStack(Testing.app(), "test");
      clusterAlone(stack, { keep: schedule ? 1 : undefined });
      return JSON.parse(Testing.synth(stack));
    };
    const before = Object.keys(removed(false).resource.aws_cloudhsm_v2_hsm);
    const after = removed(true);
    const gone = before.filter((name) => !(name in after.resource.aws_cloudhsm_v2_hsm));
    expect(gone).toHaveLength(1);
    expect(after.removed).toEqual([
      { from: `aws_cloudhsm_v2_hsm.${gone[0]}`, lifecycle: { destroy: false } },
    ]);
  });

  test("without a schedule all are Terraform's, and nothing else is different", () => {
    const stack = safeStorage();
    expect(stack.resources("aws_cloudhsm_v2_hsm")).toHaveLength(2);
    for (const type of ["aws_scheduler_schedule", "aws_sns_topic", "aws_cloudwatch_metric_alarm"])
      expect(stack.resources(type)).toEqual([]);
    expect(stack.resources("aws_vpc_endpoint")).toHaveLength(3);
  });
});
