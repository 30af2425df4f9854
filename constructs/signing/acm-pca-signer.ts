// Signing by an existing AWS Private CA: its key never leaves AWS, and no state contains a private key.

import { AcmpcaCertificate } from "@cdktf/provider-aws/lib/acmpca-certificate";
import { DataAwsAcmpcaCertificateAuthority } from "@cdktf/provider-aws/lib/data-aws-acmpca-certificate-authority";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { AwsProps, applyAwsProps, requireAfter, check, checkRange } from "../private";
import { ClusterSignature, ClusterSigner, SigningRequest } from "./cluster-signer";

/** Source: IssueCertificate, AWS Private CA API Reference; those that fit a CA of RSA or ECDSA. */
const SIGNING_ALGORITHMS = [
  "SHA256WITHECDSA",
  "SHA384WITHECDSA",
  "SHA512WITHECDSA",
  "SHA256WITHRSA",
  "SHA384WITHRSA",
  "SHA512WITHRSA",
];

/** Properties of `AcmPcaSigner`. */
export interface AcmPcaSignerProps extends AwsProps {
  /**
   * ARN of a root CA of AWS Private CA. AWS CloudHSM accepts no chain, so a subordinate CA cannot sign. It must be a general-purpose CA,
   * because short-lived certificates are valid for seven days at most.
   */
  readonly certificateAuthorityArn: string;
  /**
   * Validity of the cluster's certificate in days; the CA must be valid longer. The certificate of an initialised cluster cannot change.
   * @default 3652, ten years
   */
  readonly validityDays?: number;
  /**
   * Signing algorithm; it must match the CA's key.
   * @default "SHA256WITHRSA"
   */
  readonly signingAlgorithm?: string;
}

/**
 * Has the cluster's CSR signed by AWS Private CA: IssueCertificate, AWS Private CA API Reference, with the template
 * EndEntityCertificate/V1. A destroy revokes the certificate, which CloudHSM does not look at.
 */
export class AcmPcaSigner extends Construct implements ClusterSigner {
  readonly kind = "AWS Private CA";
  readonly trustAnchor: string;
  private readonly validityDays: number;
  private readonly authority: DataAwsAcmpcaCertificateAuthority;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AcmPcaSignerProps,
  ) {
    super(scope, id);
    applyAwsProps(this, props);
    check(
      this,
      "certificateAuthorityArn",
      props.certificateAuthorityArn,
      (arn) => /^arn:[\w-]+:acm-pca:[\w-]+:\d{12}:certificate-authority\/[\w-]+$/.test(arn),
      "the ARN of a CA of AWS Private CA",
    );
    this.validityDays = props.validityDays ?? 3652;
    checkRange(this, "validityDays", this.validityDays, 1, 36500, "days");
    const { signingAlgorithm } = props;
    check(
      this,
      "signingAlgorithm",
      signingAlgorithm,
      (a) => a === undefined || SIGNING_ALGORITHMS.includes(a),
      `one of ${SIGNING_ALGORITHMS.join(", ")}`,
    );
    this.authority = new DataAwsAcmpcaCertificateAuthority(this, "authority", {
      arn: props.certificateAuthorityArn,
    });
    requireAfter(this.authority, {
      condition: '${self.type == "ROOT" && self.status == "ACTIVE"}',
      errorMessage: `${this.node.path}: certificateAuthorityArn must be an ACTIVE root CA: CloudHSM's trust anchor is self-signed and signs the cluster's certificate itself.`,
    });
    this.trustAnchor = this.authority.certificate;
  }

  /** Called by `HsmCluster`. */
  sign({ csr, dependsOn }: SigningRequest): ClusterSignature {
    const partition = Fn.element(Fn.split(":", this.props.certificateAuthorityArn), 1);
    const signed = new AcmpcaCertificate(this, "cluster-certificate", {
      certificateAuthorityArn: this.props.certificateAuthorityArn,
      certificateSigningRequest: csr,
      signingAlgorithm: this.props.signingAlgorithm ?? "SHA256WITHRSA",
      templateArn: `arn:${partition}:acm-pca:::template/EndEntityCertificate/V1`,
      validity: { type: "DAYS", value: String(this.validityDays) },
      dependsOn,
      // An initialised cluster has no CSR: without this, every later plan would sign again.
      lifecycle: { ignoreChanges: ["certificate_signing_request"] },
    });
    return { certificate: signed.certificate, ready: [signed] };
  }
}
