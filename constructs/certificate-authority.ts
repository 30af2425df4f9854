// The customer's certificate authority, which signs the cluster's CSR and thereby claims the HSM.

import { LocallySignedCert } from "@cdktf/provider-tls/lib/locally-signed-cert";
import { PrivateKey } from "@cdktf/provider-tls/lib/private-key";
import { SelfSignedCert } from "@cdktf/provider-tls/lib/self-signed-cert";
import { Construct } from "constructs";
import { checkRange } from "./validation";

export interface CertificateAuthorityProps {
  /**
   * Common name in the CA's certificate.
   * @default "Safe Storage CloudHSM CA"
   */
  readonly commonName?: string;
  /**
   * How long the CA and what it signs are valid, in days. An initialised cluster cannot change its certificate.
   * @default 3652, ten years, as in «Initialize the cluster», AWS CloudHSM User Guide
   */
  readonly validityDays?: number;
}

/**
 * A self-signed CA by Terraform's tls provider. Its private key is in the Terraform state: keep the state in an
 * encrypted backend that only the key's owners can read.
 */
export class CertificateAuthority extends Construct {
  /** PEM of the CA's certificate: the cluster's trust anchor. */
  readonly trustAnchor: string;
  private readonly key: PrivateKey;
  private readonly validityHours: number;

  constructor(scope: Construct, id: string, props: CertificateAuthorityProps = {}) {
    super(scope, id);
    const days = props.validityDays ?? 3652;
    checkRange(this, "validityDays", days, 1, 36500, "days");
    this.validityHours = days * 24;
    this.key = new PrivateKey(this, "key", { algorithm: "RSA", rsaBits: 4096 });
    this.trustAnchor = new SelfSignedCert(this, "certificate", {
      privateKeyPem: this.key.privateKeyPem,
      isCaCertificate: true,
      setSubjectKeyId: true,
      validityPeriodHours: this.validityHours,
      allowedUses: ["cert_signing", "crl_signing"],
      subject: [{ commonName: props.commonName ?? "Safe Storage CloudHSM CA" }],
    }).certPem;
  }

  /** Signs a CSR (PEM); returns the certificate (PEM). */
  sign(csr: string): string {
    return new LocallySignedCert(this, "cluster-certificate", {
      certRequestPem: csr,
      caPrivateKeyPem: this.key.privateKeyPem,
      caCertPem: this.trustAnchor,
      validityPeriodHours: this.validityHours,
      allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
      // The CSR is gone once the cluster is initialised: without this, every later plan would sign anew.
      lifecycle: { ignoreChanges: ["cert_request_pem"] },
    }).certPem;
  }
}
