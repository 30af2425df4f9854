// ExternalSigner: a CA of one's own.

import "reflect-metadata";
import { rmSync } from "node:fs";
import { HsmRoots } from "../../constructs";
import { safeStorage } from "../../scripts/lib/synthesize";
import { pinnedRoots } from "./pinned-roots";

let folder: string;
let roots: HsmRoots;
beforeAll(async () => ({ folder, roots } = await pinnedRoots()));
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
