// ExternalSigner: a CA of one's own.

import "reflect-metadata";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeRoots } from "../../emulator/cloudhsm/certificates";
import { HsmRoots } from "../../constructs";
import { safeStorage } from "../../scripts/lib/synthesize";

let folder: string;

let roots: HsmRoots;

let pems: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "signers-"));
  const made = await makeRoots(Date.now());
  pems = [made.aws, made.manufacturer].map(({ certificate }) => certificate.toString("pem"));
  const [awsRoot, manufacturerRoot] = pems.map((pem, i) => {
    const file = join(folder, `root-${i}.pem`);
    writeFileSync(file, pem);
    return { file, sha256: new X509Certificate(pem).fingerprint256 };
  });
  roots = { awsRoot, manufacturerRoot };
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("an external signer", () => {
  test("leaves no key in any state", () => {
    const stack = safeStorage({ externalSigner: {} });
    for (const type of ["tls_private_key", "tls_self_signed_cert", "tls_locally_signed_cert"])
      expect(stack.resources(type)).toEqual([]);
  });

  test("refuses a pair that does not fit, with the reason", () => {
    const [signedCertificateFile, trustAnchorFile] = [roots.awsRoot.file, roots.manufacturerRoot.file];
    expect(() => safeStorage({ externalSigner: { signedCertificateFile, trustAnchorFile } })).toThrow(
      `test/storage/ca: signedCertificateFile is "${signedCertificateFile}"; it must be a certificate that ${trustAnchorFile} has signed: the trust anchor has not signed the certificate`,
    );
  });
});
