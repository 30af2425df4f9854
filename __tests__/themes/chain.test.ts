// The order in which AWS lets the chain be built, and nothing that waits without need (docs/decisions/0003).

import { safeStorage } from "../../scripts/lib/synthesize";

const stack = safeStorage();

const at = (...parts: string[]) => stack.address(...parts);

const firstHsm = at("aws_cloudhsm_v2_hsm", "1a");

const secondHsm = at("aws_cloudhsm_v2_hsm", "1b");

const cluster = stack.address("aws_cloudhsm_v2_cluster.storage");

const csr = at("data.aws_cloudhsm_v2_cluster");

const signed = at("tls_locally_signed_cert");

const invocation = (name: string) => at("aws_lambda_invocation", `operator_${name}_`);

const store = at("aws_kms_custom_key_store");

const key = at("aws_kms_key.storage_key_");

const fileSystem = at("aws_fsx_ontap_file_system");

const CHAIN: [later: string, earlier: string][] = [
  [firstHsm, cluster],
  [csr, firstHsm],
  [signed, csr],
  [invocation("initialize"), signed],
  [invocation("activate"), invocation("initialize-2")],
  [invocation("create-kmsuser"), invocation("activate-2")],
  [secondHsm, invocation("create-kmsuser")],
  [store, secondHsm],
  [store, invocation("create-kmsuser")],
  [invocation("connect-key-store-1"), store],
  [invocation("connect-key-store"), invocation("connect-key-store-3")],
  [key, invocation("connect-key-store")],
  [fileSystem, key],
];

test.each(CHAIN)("%s waits for %s", (later, earlier) => {
  expect(stack.graph()[later]).toContain(earlier);
});

test("the operator is never in the way of the cluster and its first HSM", () => {
  const ofOperator = [...stack.waitsFor(firstHsm)].filter((a) => a.includes("storage_operator"));
  expect(ofOperator).toEqual([]);
});

test("the function itself does not wait for cluster or HSM", () => {
  const before = stack.waitsFor(at("aws_lambda_function.", "storage_operator_function"));
  expect([...before].filter((a) => a.includes("cloudhsm_v2"))).toEqual([]);
});

test("no invocation runs before the operator may and can do its work", () => {
  const before = stack.waitsFor(invocation("initialize"));
  for (const need of [
    at("aws_iam_role_policy", "policy-basics"),
    at("aws_iam_role_policy", "policy-cluster"),
    at("aws_vpc_security_group_egress_rule", "to-hsms"),
    at("aws_vpc_security_group_ingress_rule", "into-hsms"),
    at("aws_vpc_endpoint", "cloudhsmv2"),
    at("aws_vpc_endpoint", "kms"),
    at("aws_vpc_endpoint", "secretsmanager"),
  ])
    expect(before).toContain(need);
});

describe("the second plan is empty", () => {
  test("an empty list of certificates, as in state INITIALIZED, does not break a plan", () => {
    expect(stack.resource("tls_locally_signed_cert").cert_request_pem).toMatch(
      /^\$\{try\(data\.aws_cloudhsm_v2_cluster\.\w+\.cluster_certificates\[0\]\.cluster_csr, ""\)\}$/,
    );
  });

  test("the signed certificate ignores that its request is gone", () => {
    expect(stack.resource("tls_locally_signed_cert").lifecycle.ignore_changes).toEqual(["cert_request_pem"]);
  });

  test("the key store ignores what the operator changes: its name, a cluster that it is moved to, and the password that KMS rotates", () => {
    expect(stack.resource("aws_kms_custom_key_store").lifecycle.ignore_changes).toEqual([
      "custom_key_store_name",
      "key_store_password",
      "cloud_hsm_cluster_id",
      "trust_anchor_certificate",
    ]);
  });
});
