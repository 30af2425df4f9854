// A deploy whose HSM is checked before anything is signed, and whose CSR is signed by somebody else's CA.

import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { KMS } from "@aws-sdk/client-kms";
import { TestCloud } from "../../emulator/conformance/cloud";
import { COMMAND, Deployment } from "./deployment";

let deployment: Deployment;
let cloud: TestCloud;
let ca: string;

/** What a deploy prints of an error, without Terraform's line breaks and frames. */
const oneLine = (output: string): string => stripVTControlCharacters(output).replace(/[\s│]+/g, " ");

/** A person's own CA, on a machine of their own. */
const offlineCa = (...args: string[]) =>
  execFileSync(process.execPath, [COMMAND, "sign", ...args, "--passphrase-file", join(ca, "../passphrase")], {
    stdio: "ignore",
  });
const at = (name: string): string => join(deployment.folder, name);

beforeAll(async () => {
  deployment = await Deployment.start("signing", { externalSigner: {} });
  cloud = TestCloud.at(deployment.endpoint);
  ca = at("ca");
  writeFileSync(at("passphrase"), "correct horse battery staple\n");
  offlineCa("create-ca", ca);
});
afterAll(() => deployment.stop());

test("without roots a plan says what is missing, before anything is made", async () => {
  deployment.configure({ externalSigner: {}, cluster: { identityCheck: undefined } });
  expect((await deployment.deploy()).status).not.toBe(0);
  expect(await deployment.cluster()).toBeUndefined();
  expect(oneLine((await deployment.plan()).output)).toContain("identityCheck has no root certificates");
});

test("a HSM that does not lead to the roots stops the deploy before anything is signed, with the broken link", async () => {
  const { awsRoot, manufacturerRoot } = deployment.roots;
  deployment.configure({
    externalSigner: {},
    cluster: { identityCheck: { awsRoot: manufacturerRoot, manufacturerRoot: awsRoot } },
  });
  const { status, output } = await deployment.deploy();
  expect(status).not.toBe(0);
  expect(oneLine(output)).toContain(
    "the AWS hardware certificate names another issuer than the AWS root: CN=Local Cloud CloudHSM Root",
  );
  expect(await deployment.cluster()).toMatchObject({ State: "UNINITIALIZED", Hsms: [{ State: "ACTIVE" }] });
  expect(() => readFileSync(at("cluster.csr"))).toThrow("ENOENT");
});

test("a real HSM passes; the deploy stops at the CSR and says where it is", async () => {
  deployment.configure({ externalSigner: {} });
  const { status, output } = await deployment.deploy();
  expect(status).not.toBe(0);
  expect(oneLine(output)).toContain("SignatureNeeded: the CSR of cluster cluster-");
  expect(oneLine(output)).toContain(at("cluster.csr"));
  expect(readFileSync(at("cluster.csr"), "utf8")).toBe((await deployment.cluster()).Certificates!.ClusterCsr);
  expect(await deployment.cluster()).toMatchObject({ State: "UNINITIALIZED" });
});

test("a certificate that the trust anchor has not signed is refused at synth", async () => {
  offlineCa("csr", ca, at("cluster.csr"));
  offlineCa("create-ca", at("other-ca"));
  const certificate = readFileSync(join(ca, "cluster.crt"));
  writeFileSync(at("cluster.crt"), certificate);
  writeFileSync(at("trust-anchor.crt"), readFileSync(at("other-ca/trust-anchor.crt")));
  const { status, output } = await deployment.cdktf("synth");
  expect(status).not.toBe(0);
  expect(oneLine(output)).toContain("the trust anchor has not signed the certificate");
});

test("a certificate for another CSR is refused before InitializeCluster", async () => {
  const request = ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=other"];
  execFileSync("openssl", [...request, "-keyout", at("other.key"), "-out", at("other.csr")], {
    stdio: "ignore",
  });
  offlineCa("csr", ca, at("other.csr"));
  writeFileSync(at("cluster.crt"), readFileSync(join(ca, "cluster.crt")));
  writeFileSync(at("trust-anchor.crt"), readFileSync(join(ca, "trust-anchor.crt")));
  const { status, output } = await deployment.deploy();
  expect(status).not.toBe(0);
  expect(oneLine(output)).toContain(
    "WrongSignature: the signed certificate has another public key than the cluster's CSR. Nothing was initialised",
  );
  expect(await deployment.cluster()).toMatchObject({ State: "UNINITIALIZED" });
});

test("AWS replaces the first HSM after the signature: the next deploy writes the new CSR, says so and waits for that one's signature (aws-cloudhsm-cloudformation-template#15)", async () => {
  offlineCa("csr", ca, at("cluster.csr"));
  writeFileSync(at("cluster.crt"), readFileSync(join(ca, "cluster.crt")));
  await cloud.post("faults", { operation: "InitializeCluster", fault: "error", times: 1000 });
  expect((await deployment.deploy()).status).not.toBe(0);
  await cloud.endFaults();
  const before = await deployment.cluster();
  await cloud.post("faults", { hsm: before.Hsms![0].HsmId, fault: "replaced" });
  await cloud.clusterWith(before.ClusterId!, "ACTIVE");
  const { status, output } = await deployment.deploy();
  expect(status).not.toBe(0);
  expect(oneLine(output)).toContain("It is proven and signed anew");
  expect(oneLine(output)).toContain("WrongSignature");
  const csr = (await deployment.cluster()).Certificates!.ClusterCsr!;
  expect(csr).not.toBe(before.Certificates!.ClusterCsr);
  expect(readFileSync(at("cluster.csr"), "utf8")).toBe(csr);
});

test("with the right pair it continues to its end, and a second plan is empty, also without the files", async () => {
  offlineCa("csr", ca, at("cluster.csr"));
  writeFileSync(at("cluster.crt"), readFileSync(join(ca, "cluster.crt")));
  const { status, output } = await deployment.deploy();
  expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
  const { State, Certificates } = await deployment.cluster();
  expect(State).toBe("ACTIVE");
  expect(new X509Certificate(Certificates!.ClusterCertificate!).issuer).toBe("CN=Safe Storage CloudHSM CA");
  const { CustomKeyStores } = await new KMS(deployment.client).describeCustomKeyStores({});
  expect(CustomKeyStores![0].ConnectionState).toBe("CONNECTED");
  expect(await deployment.plan()).toMatchObject({ status: 0 });
  const trustAnchor = deployment.output("trust_anchor");
  for (const file of ["cluster.crt", "trust-anchor.crt"]) rmSync(at(file));
  expect(await deployment.deploy()).toMatchObject({ status: 0 });
  expect(deployment.output("trust_anchor")).toBe(trustAnchor);
});

test("and nothing private is in the state", () => {
  const state = readFileSync(at("terraform.safe-storage.tfstate"), "utf8");
  expect(state).toContain("BEGIN CERTIFICATE");
  expect(state).not.toMatch(/PRIVATE KEY/);
});
