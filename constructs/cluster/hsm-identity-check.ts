// The step between the cluster's CSR and its signature: is the HSM that asks for the signature real?

import { readFileSync } from "node:fs";
import { X509Certificate } from "node:crypto";
import { DataAwsCloudhsmV2Cluster } from "@cdktf/provider-aws/lib/data-aws-cloudhsm-v2-cluster";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { Fn, TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { checkFile, refuse, multiline, requireBefore } from "../private";

/** A pinned root. */
export interface RootCertificate {
  /** Path of the certificate in PEM. */
  readonly file: string;
  /** SHA-256 fingerprint of the certificate, 64 hexadecimal digits, with or without colons. */
  readonly sha256: string;
}

/** Pinned root certificates to which the certificates of an HSM must lead; docs/security.md explains how to get and pin them. */
export interface HsmRoots {
  /** Root certificate of AWS CloudHSM. */
  readonly awsRoot: RootCertificate;
  /** Root certificate of the HSMs' manufacturer; it differs by HSM type. */
  readonly manufacturerRoot: RootCertificate;
}

/**
 * Verifies that the HSM's certificate leads to both roots, and that the CSR has the same key. A broken link stops the deploy before anything
 * is signed; the error names the link. Source: «Verify the identity and authenticity of your cluster's HSM», AWS CloudHSM User Guide.
 */
export class HsmIdentityCheck extends Construct {
  /** Dependency: once it is met, the HSM is proven to be real. */
  readonly passed: TerraformResource;

  constructor(scope: Construct, id: string, described: DataAwsCloudhsmV2Cluster, roots?: HsmRoots) {
    super(scope, id);
    const certificates = described.clusterCertificates.get(0);
    // In later states the list is empty.
    const ifThere = (certificate: string): string => Fn.try([certificate, ""]);
    this.passed = new NullResource(this, "hsm", {
      // An initialised cluster has no CSR: only another cluster is checked again. The CSR tells which HSM it was: `safe-storage deploy` checks whether
      // AWS has replaced that one since.
      triggers: { clusterId: described.clusterId, csr: ifThere(certificates.clusterCsr) },
      provisioners: [
        {
          type: "local-exec",
          command: `node '${checkFile(this, "check-hsm-identity").path}'`,
          environment: {
            CLUSTER_ID: described.clusterId,
            CLUSTER_CSR: ifThere(certificates.clusterCsr),
            HSM_CERTIFICATE: ifThere(certificates.hsmCertificate),
            AWS_HARDWARE_CERTIFICATE: ifThere(certificates.awsHardwareCertificate),
            MANUFACTURER_HARDWARE_CERTIFICATE: ifThere(certificates.manufacturerHardwareCertificate),
            AWS_ROOT: roots ? multiline(readRoot(this, "awsRoot", roots.awsRoot)) : "",
            MANUFACTURER_ROOT: roots
              ? multiline(readRoot(this, "manufacturerRoot", roots.manufacturerRoot))
              : "",
          },
        },
      ],
      lifecycle: { ignoreChanges: ['triggers["csr"]'] },
    });
    if (!roots)
      requireBefore(this.passed, {
        condition: "${path.root == null}", // never, and known while planning
        errorMessage: `${this.node.path}: identityCheck has no root certificates, so nobody could tell whether the HSM is real. Get and pin them (docs/security.md, "Roots"), or set identityCheck to false.`,
      });
  }
}

function readRoot(scope: Construct, prop: string, root: RootCertificate): string {
  if (typeof root?.file !== "string" || typeof root.sha256 !== "string")
    refuse(scope, prop, root, "the file of a certificate in PEM and its fingerprint, sha256");
  const { file, sha256 } = root;
  let pem: string;
  let fingerprint: string;
  try {
    pem = readFileSync(file, "utf8");
    fingerprint = new X509Certificate(pem).fingerprint256;
  } catch (error) {
    return refuse(scope, `${prop}.file`, file, `a certificate in PEM (${(error as Error).message})`);
  }
  const hexadecimal = (text: string): string => text.replaceAll(":", "").toLowerCase();
  if (hexadecimal(fingerprint) !== hexadecimal(sha256))
    refuse(scope, `${prop}.sha256`, sha256, `the fingerprint of ${file}, which is ${fingerprint}`);
  return pem;
}
