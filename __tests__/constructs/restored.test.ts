// A cluster from a backup: what is the same as for a new one, and what is left out.

import { safeStorage } from "../../scripts/lib/synthesize";

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
