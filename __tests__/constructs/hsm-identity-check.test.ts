// The check that the first HSM is real, before its CSR is signed.

import "reflect-metadata";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { HsmRoots } from "../../constructs";
import { safeStorage } from "../../scripts/lib/synthesize";
import { pinnedRoots } from "./pinned-roots";

const AUTHORITY =
  "arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/12345678-1234-1234-1234-123456789012";

let folder: string;
let roots: HsmRoots;
let pems: string[];
beforeAll(async () => ({ folder, roots, pems } = await pinnedRoots()));
afterAll(() => rmSync(folder, { recursive: true }));

describe("the identity check", () => {
  const check = (stack = safeStorage({ cluster: { identityCheck: roots } })) =>
    stack.resource("null_resource", "identity_hsm");

  test("is given the HSM's certificates and both roots, and runs a program that node runs alone", () => {
    const [{ command, environment }] = [check().provisioner[0]["local-exec"]];
    expect(command).toMatch(/^node '.*check-hsm-identity\.cjs'$/);
    // As an expression, since `cdktf synth --hcl` cannot write texts of several lines.
    const lines = (pem: string) =>
      `\${join("\\n", ${JSON.stringify(pem.split("\n")).replaceAll('","', '", "')})}`;
    expect([environment.AWS_ROOT, environment.MANUFACTURER_ROOT]).toEqual(pems.map(lines));
    for (const [variable, attribute] of [
      ["CLUSTER_CSR", "cluster_csr"],
      ["HSM_CERTIFICATE", "hsm_certificate"],
      ["AWS_HARDWARE_CERTIFICATE", "aws_hardware_certificate"],
      ["MANUFACTURER_HARDWARE_CERTIFICATE", "manufacturer_hardware_certificate"],
    ])
      expect(environment[variable]).toMatch(new RegExp(`cluster_certificates\\[0\\]\\.${attribute}, ""`));
  });

  test.each([
    ["certificateAuthority", {}, "tls_locally_signed_cert"],
    ["externalSigner", {}, "null_resource.storage_ca_signature"],
    ["acmPcaSigner", { certificateAuthorityArn: AUTHORITY }, "aws_acmpca_certificate"],
  ])("comes before the signature of %s, which comes before initialize", (signer, props, signature) => {
    const stack = safeStorage({ cluster: { identityCheck: roots }, [signer]: props });
    const address = stack.address(signature);
    expect(stack.waitsFor(address)).toContain(stack.address("null_resource", "identity_hsm"));
    expect(stack.waitsFor(stack.address("aws_lambda_invocation", "operator_initialize_"))).toContain(address);
  });

  test("has a fingerprint with or without colons, in either case", () => {
    const bare = roots.awsRoot.sha256.replaceAll(":", "").toLowerCase();
    expect(() =>
      safeStorage({ cluster: { identityCheck: { ...roots, awsRoot: { ...roots.awsRoot, sha256: bare } } } }),
    ).not.toThrow();
  });

  test("refuses a root that is not the pinned one, with both fingerprints", () => {
    const awsRoot = { ...roots.awsRoot, sha256: "00".repeat(32) };
    const synth = () => safeStorage({ cluster: { identityCheck: { ...roots, awsRoot } } });
    expect(synth).toThrow("test/storage/cluster/identity: awsRoot.sha256 is ");
    expect(synth).toThrow(awsRoot.sha256);
    expect(synth).toThrow(roots.awsRoot.sha256);
  });

  test("refuses a file that is no certificate, or not there", () => {
    for (const file of [join(folder, "nowhere.pem"), __filename])
      expect(() =>
        safeStorage({ cluster: { identityCheck: { ...roots, awsRoot: { ...roots.awsRoot, file } } } }),
      ).toThrow(`awsRoot.file is "${file}"; it must be a certificate in PEM`);
  });

  test("without roots a plan says so; with `false` nothing is checked", () => {
    const [{ error_message }] = check(safeStorage()).lifecycle.precondition;
    expect(error_message).toContain("identityCheck has no root certificates");
    // The CSR says which HSM was proven: it is gone once the cluster is initialised.
    expect(check().lifecycle).toEqual({ ignore_changes: ['triggers["csr"]'] });
    const unchecked = safeStorage({ cluster: { identityCheck: false } });
    expect(unchecked.resources("null_resource").filter((r) => r.provisioner)).toEqual([]);
    expect(unchecked.waitsFor(unchecked.address("tls_locally_signed_cert"))).toContain(
      unchecked.address("aws_cloudhsm_v2_hsm", "1a"),
    );
  });
});
