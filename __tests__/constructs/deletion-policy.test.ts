// What a destroy may take away: nothing by default.

import { safeStorage } from "./synthesize";

const PRECIOUS = [
  "aws_cloudhsm_v2_cluster",
  "aws_cloudhsm_v2_hsm",
  "aws_kms_custom_key_store",
  "aws_kms_key",
  "aws_fsx_ontap_file_system",
  "aws_secretsmanager_secret",
];

test.each(PRECIOUS)("retain, the default, makes Terraform refuse to destroy any %s", (type) => {
  // But for the operator's lock, which holds nothing.
  const resources = safeStorage()
    .resources(type)
    .filter(({ name }) => !String(name).endsWith("/lock"));
  expect(resources.length).toBeGreaterThan(0);
  for (const resource of resources) expect(resource.lifecycle.prevent_destroy).toBe(true);
});

test.each(PRECIOUS)("delete lets go of %s", (type) => {
  for (const resource of safeStorage({ deletionPolicy: "delete" }).resources(type))
    expect(resource.lifecycle?.prevent_destroy).toBeUndefined();
});

test("the refusal says what to do, in the address that Terraform prints", () => {
  const address = "null_resource.deletionPolicy_is_retain--set_it_to_delete--then_destroy";
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

test("the key's deletion waits as long as the settings say, 30 days unless told", () => {
  const window = (stack: ReturnType<typeof safeStorage>) =>
    stack.resource("aws_kms_key", "storage_key_").deletion_window_in_days;
  expect(window(safeStorage())).toBe(30);
  expect(window(safeStorage({ deletionWindowInDays: 7 }))).toBe(7);
});
