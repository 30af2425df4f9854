// Bad input of the signers, and the error for each.

import { AcmPcaSigner, CertificateAuthority, ExternalSigner } from "../constructs";
import { AWS, AWS_FREE, each, Subject } from "./shared";

export const signingErrors: Record<string, Subject> = {
  CertificateAuthorityProps: {
    make: (stack, changes) => new CertificateAuthority(stack, "it", changes),
    wrong: {
      commonName: each("commonName", "a text of 1 to 64 characters", "", "x".repeat(65)),
      validityDays: each("validityDays", "a whole number of days between 1 and 36500", 0, 36501),
    },
  },
  AcmPcaSignerProps: {
    make: (stack, changes) =>
      new AcmPcaSigner(stack, "it", {
        certificateAuthorityArn:
          "arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/1234abcd-12ab-34cd-56ef-1234567890ab",
        ...changes,
      }),
    free: AWS_FREE,
    wrong: {
      ...AWS,
      certificateAuthorityArn: each(
        "certificateAuthorityArn",
        "the ARN of a CA of AWS Private CA",
        "arn:aws:acm:eu-central-1:123456789012:certificate/1",
      ),
      validityDays: each("validityDays", "a whole number of days between 1 and 36500", 0, 36501),
      signingAlgorithm: each(
        "signingAlgorithm",
        "one of SHA256WITHECDSA, SHA384WITHECDSA, SHA512WITHECDSA, SHA256WITHRSA, SHA384WITHRSA, SHA512WITHRSA",
        "MD5WITHRSA",
      ),
    },
  },
  ExternalSignerProps: {
    make: (stack, changes) => new ExternalSigner(stack, "it", changes),
    free: {
      csrFile: "a path",
      signedCertificateFile: "a path",
      trustAnchorFile: "a path",
    },
    also: ['PATH: signedCertificateFile is "FILE"; it must be a certificate that FILE has signed: …'],
    wrong: {},
  },
};
