// AWS Private CA signs by each algorithm that AcmPcaSigner has, by the real AWS provider: made, and planned again without a change.

import { X509Certificate } from "node:crypto";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { CertRequest } from "@cdktf/provider-tls/lib/cert-request";
import { PrivateKey } from "@cdktf/provider-tls/lib/private-key";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { TerraformOutput, TerraformStack, Testing } from "cdktf";
import { acceptProviderVersions, AcmPcaSigner } from "../../constructs";
import { Deployment } from "./deployment";
import { PlainStack } from "./plain-stack";
import { privateRootCa } from "./private-ca";

const DAYS = 3000;
const FAMILIES = ["RSA", "ECDSA"] as const;
const ALGORITHMS = FAMILIES.flatMap((family) =>
  ["SHA256", "SHA384", "SHA512"].map((digest) => [`${digest}WITH${family}`, family] as const),
);

let deployment: Deployment;
let stack: PlainStack;
const authorities: Record<string, string> = {};

function write(algorithms: readonly (readonly [algorithm: string, family: string])[]): void {
  const app = new TerraformStack(Testing.app({ stackTraces: false }), "algorithms");
  new AwsProvider(app, "aws", { region: "eu-central-1" });
  new TlsProvider(app, "tls");
  const { privateKeyPem } = new PrivateKey(app, "hsm", { algorithm: "RSA", rsaBits: 2048 });
  const csr = new CertRequest(app, "csr", { privateKeyPem, subject: [{ commonName: "cluster" }] })
    .certRequestPem;
  for (const [signingAlgorithm, family] of algorithms) {
    const signer = new AcmPcaSigner(app, signingAlgorithm, {
      certificateAuthorityArn: authorities[family],
      signingAlgorithm,
      validityDays: DAYS,
    });
    const { certificate } = signer.sign({ csr, clusterId: "cluster-abcdefghijk", dependsOn: [] });
    new TerraformOutput(app, `signed-${signingAlgorithm}`, { value: certificate, staticId: true });
    new TerraformOutput(app, `anchor-${signingAlgorithm}`, { value: signer.trustAnchor, staticId: true });
  }
  acceptProviderVersions(app);
  stack.writeConfiguration(JSON.parse(Testing.synth(app)));
}

beforeAll(async () => {
  deployment = await Deployment.start("signing-algorithms");
  for (const family of FAMILIES) authorities[family] = privateRootCa(deployment, family);
  stack = new PlainStack(deployment);
  write(ALGORITHMS);
  await stack.init();
});
afterAll(() => deployment.stop());

test("each signs, for as long as is asked for, and a second plan is empty", async () => {
  const { status, output } = await stack.apply();
  expect({ status, output }).toMatchObject({ status: 0 });
  const outputs = await stack.outputs();
  for (const [algorithm] of ALGORITHMS) {
    const certificate = new X509Certificate(outputs[`signed-${algorithm}`]);
    expect(certificate.verify(new X509Certificate(outputs[`anchor-${algorithm}`]).publicKey)).toBe(true);
    const days = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 86_400_000;
    expect(Math.round(days)).toBe(DAYS);
  }
  expect(await stack.planStatus()).toBe(0);
});

test("one that does not fit the CA's key is refused (SigningAlgorithm, IssueCertificate, AWS Private CA API Reference)", async () => {
  write([["SHA256WITHRSA", "ECDSA"]]);
  const { status, output } = await stack.apply();
  expect(status).toBe(1);
  expect(output).toContain("SHA256WITHRSA does not fit the key");
});
