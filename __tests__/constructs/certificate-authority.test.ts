// CertificateAuthority: a CA that Terraform makes.

import { safeStorage } from "../../scripts/lib/synthesize";

describe("a certificate authority of Terraform's", () => {
  test("may sign certificates and nothing else, and signs without extensions", () => {
    const stack = safeStorage();
    expect(stack.resource("tls_self_signed_cert")).toMatchObject({
      is_ca_certificate: true,
      allowed_uses: ["cert_signing"],
    });
    expect(stack.resource("tls_locally_signed_cert").allowed_uses).toEqual([]);
  });
});
