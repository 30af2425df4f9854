// What AWS cannot change in place, of what holds keys, is kept as it was first deployed, and another value refused while
// planning (the end-to-end tests have Terraform refuse it).

import { safeStorage } from "../../scripts/lib/synthesize";

const stack = safeStorage({ deletionPolicy: "delete", cluster: { mode: "NON_FIPS" } });

test("aws_cloudhsm_v2_cluster keeps its hsmType, but for hsm1.medium, which AWS has moved to hsm2m.medium («Migrating from hsm1.medium», AWS CloudHSM User Guide)", () => {
  expect(stack.resource("terraform_data", "storage_cluster_frozen").input.hsmType).toBe("hsm2m.medium");
  const { lifecycle } = stack.resource("aws_cloudhsm_v2_cluster");
  expect(lifecycle.ignore_changes).toContain("hsm_type");
  expect(lifecycle.precondition.map((p: { condition: string }) => p.condition)).toContainEqual(
    expect.stringMatching(
      /^\$\{(terraform_data\.\w+cluster_frozen_\w+\.output\.hsmType) == "hsm2m.medium" \|\| \1 == "hsm1.medium"\}$/,
    ),
  );
});

test.each([
  ["aws_cloudhsm_v2_cluster", "cluster", "mode", "NON_FIPS"],
  [
    "aws_cloudhsm_v2_cluster",
    "cluster",
    "subnets",
    "eu-central-1a 10.42.0.0/26, eu-central-1b 10.42.0.64/26",
  ],
  ["aws_cloudhsm_v2_cluster", "cluster", "signer", "certificate authority"],
  ["aws_kms_key", "key", "keyStore", "aws_kms_custom_key_store.storage_key-store_"],
  ["aws_fsx_ontap_file_system", "file-system", "deploymentType", "MULTI_AZ_1"],
  ["aws_fsx_ontap_file_system", "file-system", "key", "aws_kms_key.storage_key_"],
  ["tls_self_signed_cert", "ca", "commonName", "Safe Storage CloudHSM CA"],
  ["tls_self_signed_cert", "ca", "validityDays", "3652"],
])("%s keeps its %s's %s", (type, construct, name, value) => {
  const frozen = stack.resource("terraform_data", `storage_${construct}_frozen`);
  // An attribute of another resource is known at deploy only.
  const attribute = value.startsWith("aws_") ? `${value}\\w+\\.(?:id|arn)` : undefined;
  expect(frozen.input[name]).toEqual(
    attribute ? expect.stringMatching(new RegExp(`^\\$\\{${attribute}\\}$`)) : value,
  );
  expect(frozen.lifecycle).toEqual({ ignore_changes: ["input"] });
  const conditions = stack
    .resource(type, type === "aws_kms_key" ? "storage_key_" : "")
    .lifecycle.precondition.map((p: { condition: string }) => p.condition);
  const right = attribute ?? `"${value}"`;
  expect(conditions).toContainEqual(
    expect.stringMatching(
      new RegExp(`^\\$\\{terraform_data\\.\\w+${construct}_frozen_\\w+\\.output\\.${name} == ${right}\\}$`),
    ),
  );
});
