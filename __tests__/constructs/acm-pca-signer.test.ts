// AcmPcaSigner: a CA of AWS Private CA.

import { safeStorage } from "../../scripts/lib/synthesize";

const AUTHORITY =
  "arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/12345678-1234-1234-1234-123456789012";

describe("AWS Private CA", () => {
  test("signs by the template for end entities; the CA's own certificate is the trust anchor", () => {
    const stack = safeStorage({ acmPcaSigner: { certificateAuthorityArn: AUTHORITY, validityDays: 100 } });
    expect(stack.resource("aws_acmpca_certificate")).toMatchObject({
      certificate_authority_arn: AUTHORITY,
      signing_algorithm: "SHA256WITHRSA",
      template_arn: expect.stringMatching(/:acm-pca:::template\/EndEntityCertificate\/V1$/),
      validity: { type: "DAYS", value: "100" },
      lifecycle: { ignore_changes: ["certificate_signing_request"] },
    });
    expect(stack.resource("aws_kms_custom_key_store").trust_anchor_certificate).toMatch(
      /data\.aws_acmpca_certificate_authority\.\w+\.certificate/,
    );
    expect(stack.resources("tls_private_key")).toEqual([]);
  });

  test("must be an active root", () => {
    const { lifecycle } = safeStorage({ acmPcaSigner: { certificateAuthorityArn: AUTHORITY } }).data(
      "aws_acmpca_certificate_authority",
    );
    expect(lifecycle.postcondition[0].error_message).toContain("must be an ACTIVE root CA");
  });
});
