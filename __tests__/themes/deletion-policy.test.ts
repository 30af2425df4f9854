// What a destroy may take away: nothing by default.

import { safeStorage } from "../../scripts/lib/synthesize";

const PRECIOUS = [
  "aws_cloudhsm_v2_cluster",
  "aws_cloudhsm_v2_hsm",
  "aws_kms_custom_key_store",
  "aws_kms_key",
  "aws_fsx_ontap_file_system",
  "aws_secretsmanager_secret",
];

test.each(PRECIOUS)("retain, the default, makes Terraform refuse to destroy any %s", (type) => {
  // But for the operator's lock, which holds nothing, and the key of the flow log, whose log a destroy deletes.
  const precious = ({ name, description }: Record<string, unknown>): boolean =>
    !String(name).endsWith("/lock") && !String(description).endsWith("flow log");
  const resources = safeStorage().resources(type).filter(precious);
  expect(resources.length).toBeGreaterThan(0);
  for (const resource of resources) expect(resource.lifecycle.prevent_destroy).toBe(true);
});

test.each(PRECIOUS)("delete releases %s", (type) => {
  for (const resource of safeStorage({ deletionPolicy: "delete" }).resources(type))
    expect(resource.lifecycle?.prevent_destroy).toBeUndefined();
});

test("the refusal says what to do, in the address that Terraform prints", () => {
  const address = "null_resource.deletionPolicy_of_storage_is_retain--set_it_to_delete--then_destroy";
  expect(Object.keys(safeStorage().graph())).toContain(address);
  expect(Object.keys(safeStorage({ deletionPolicy: "delete" }).graph())).not.toContain(address);
});

test("a destroy passes the guard of the key store before the provider may touch the store", () => {
  const stack = safeStorage({ deletionPolicy: "delete" });
  const guard = stack.resource("aws_lambda_invocation", "operator_connect-key-store_");
  expect(guard.lifecycle_scope).toBe("CRUD");
  expect(guard.input).toMatch(/"onDelete" = "delete-key-store"/);
  expect(guard.depends_on.join()).toMatch(/aws_kms_custom_key_store/);
});

/** What Terraform's destroy must pass before it comes to what is guarded; it is in the state, so also without its line. */
const GUARDED = [
  ["cluster", "storage_cluster_guard", "guard-cluster", "aws_cloudhsm_v2_hsm"],
  ["key", "storage_key_guard", "nothing", "aws_kms_key"],
  ["file system", "storage_file-system_guard", "nothing", "aws_fsx_ontap_file_system"],
  ["key store", "operator_connect-key-store_", "delete-key-store", "aws_kms_custom_key_store"],
];

test.each(GUARDED)(
  "the guard of the %s refuses under retain, and lets go under delete",
  (_, name, onDelete, type) => {
    for (const [policy, action] of [
      ["retain", "retain"],
      ["delete", onDelete],
    ] as const) {
      const guard = safeStorage({ deletionPolicy: policy }).resource("aws_lambda_invocation", name);
      expect(guard.lifecycle_scope).toBe("CRUD");
      expect(guard.input).toContain(`"onDelete" = "${action}"`);
      expect(guard.depends_on.join()).toContain(type);
    }
  },
);

test("the cluster's guard is destroyed after the key store of this stack, and before every HSM", () => {
  const stack = safeStorage();
  const guard = stack.address("aws_lambda_invocation", "storage_cluster_guard");
  expect(stack.waitsFor(stack.address("aws_kms_custom_key_store"))).toContain(guard);
  for (const zone of ["1a", "1b"])
    expect(stack.waitsFor(guard)).toContain(stack.address("aws_cloudhsm_v2_hsm", zone));
});

test("the key's deletion waits as long as the settings say, 30 days by default", () => {
  const window = (stack: ReturnType<typeof safeStorage>) =>
    stack.resource("aws_kms_key", "storage_key_").deletion_window_in_days;
  expect(window(safeStorage())).toBe(30);
  expect(window(safeStorage({ key: { deletionWindowInDays: 7 } }))).toBe(7);
});
