// The default signer: a CA whose key Terraform generates and keeps in the state.

import { LocallySignedCert } from "@cdktf/provider-tls/lib/locally-signed-cert";
import { PrivateKey } from "@cdktf/provider-tls/lib/private-key";
import { SelfSignedCert } from "@cdktf/provider-tls/lib/self-signed-cert";
import { Annotations } from "cdktf";
import { Construct } from "constructs";
import { ClusterSignature, ClusterSigner, SigningRequest } from "./cluster-signer";
import { refuseReplacement, check, checkRange } from "../private";

/** Properties of `CertificateAuthority`. */
export interface CertificateAuthorityProps {
  /**
   * Common name in the CA's certificate.
   * @default "Safe Storage CloudHSM CA"
   */
  readonly commonName?: string;
  /**
   * Validity of the CA and of the certificate that it signs, in days. The certificate of an initialised cluster cannot change.
   * @default 3652, ten years, as in «Initialize the cluster», AWS CloudHSM User Guide
   */
  readonly validityDays?: number;
}

/**
 * A self-signed CA of Terraform's tls provider. Its private key is in the Terraform state: keep the state in an encrypted backend that only
 * the key's owners can read, or use `ExternalSigner`, which leaves no private key in the state.
 */
export class CertificateAuthority extends Construct implements ClusterSigner {
  readonly kind = "certificate authority";
  /** PEM of the CA's certificate: the cluster's trust anchor. */
  readonly trustAnchor: string;
  private readonly key: PrivateKey;
  private readonly validityHours: number;

  constructor(scope: Construct, id: string, props: CertificateAuthorityProps = {}) {
    super(scope, id);
    const days = props.validityDays ?? 3652;
    checkRange(this, "validityDays", days, 1, 36500, "days");
    this.validityHours = days * 24;
    const commonName = props.commonName ?? "Safe Storage CloudHSM CA";
    // "ub-common-name INTEGER ::= 64": RFC 5280, appendix A.1.
    const isName = (n: string): boolean => typeof n === "string" && n.length >= 1 && n.length <= 64;
    check(this, "commonName", commonName, isName, "a text of 1 to 64 characters");
    Annotations.of(this).addInfo(
      "the CA's private key will be in the Terraform state; docs/security.md says what that means",
    );
    this.key = new PrivateKey(this, "key", { algorithm: "RSA", rsaBits: 4096 });
    const certificate = new SelfSignedCert(this, "certificate", {
      privateKeyPem: this.key.privateKeyPem,
      isCaCertificate: true,
      validityPeriodHours: this.validityHours,
      allowedUses: ["cert_signing"],
      subject: [{ commonName }],
    });
    this.trustAnchor = certificate.certPem;
    refuseReplacement(
      this,
      certificate,
      { commonName, validityDays: String(days) },
      "an initialised cluster keeps its certificate for good",
    );
  }

  /** Called by `HsmCluster`. */
  sign({ csr, dependsOn }: SigningRequest): ClusterSignature {
    const signed = new LocallySignedCert(this, "cluster-certificate", {
      certRequestPem: csr,
      caPrivateKeyPem: this.key.privateKeyPem,
      caCertPem: this.trustAnchor,
      validityPeriodHours: this.validityHours,
      allowedUses: [], // as «Initialize the cluster», AWS CloudHSM User Guide, which asks for no extension
      dependsOn,
      // An initialised cluster has no CSR: without this, every later plan would sign again.
      lifecycle: { ignoreChanges: ["cert_request_pem"] },
    });
    return { certificate: signed.certPem, ready: [signed] };
  }
}
