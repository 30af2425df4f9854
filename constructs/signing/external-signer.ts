// Signing outside of Terraform: the CA's key stays where it is, and no state contains a private key.

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { DataResource, dependable, Fn } from "cdktf";
import { Construct } from "constructs";
import { wrongPair } from "../../certificate-checks/signed-pair";
import { checkFile, multiline, checkKnown, refuse } from "../private";
import { ClusterSignature, ClusterSigner, SigningRequest } from "./cluster-signer";

/** Properties of `ExternalSigner`. */
export interface ExternalSignerProps {
  /**
   * Path to which a deploy writes the CSR (PEM).
   * @default "cluster.csr" in the folder of the deploy
   */
  readonly csrFile?: string;
  /**
   * Path of the cluster's certificate (PEM). Put it there once the CSR is signed; until then, a deploy stops after the CSR.
   * @default "cluster.crt" in the folder of the deploy
   */
  readonly signedCertificateFile?: string;
  /**
   * Path of the self-signed certificate (PEM) of the CA that signed the CSR.
   * @default "trust-anchor.crt" in the folder of the deploy
   */
  readonly trustAnchorFile?: string;
}

/**
 * A CA of your own, offline or in another hardware module. The first deploy stops after the CSR and says where it is; the
 * next one continues with the signed certificate and the trust anchor. A pair that does not fit is refused, at synth or, where
 * only the CSR can tell, before InitializeCluster.
 */
export class ExternalSigner extends Construct implements ClusterSigner {
  readonly kind = "external";
  readonly trustAnchor: string;
  private readonly files: { csr: string; certificate: string; trustAnchor: string };
  private readonly given: { certificate: string; trustAnchor: string };
  private readonly step: NullResource;
  private readonly kept: DataResource;

  constructor(scope: Construct, id: string, props: ExternalSignerProps = {}) {
    super(scope, id);
    for (const prop of ["csrFile", "signedCertificateFile", "trustAnchorFile"] as const)
      checkKnown(this, prop, props[prop], "the path of a file");
    this.files = {
      csr: resolve(props.csrFile ?? "cluster.csr"),
      certificate: resolve(props.signedCertificateFile ?? "cluster.crt"),
      trustAnchor: resolve(props.trustAnchorFile ?? "trust-anchor.crt"),
    };
    const content = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");
    this.given = {
      certificate: content(this.files.certificate),
      trustAnchor: content(this.files.trustAnchor),
    };
    this.refuseWrongPair();
    this.step = new NullResource(this, "signature");
    // The signature for this cluster is kept, whatever happens to the files: its certificate can never change.
    this.kept = new DataResource(this, "kept", {
      input: {
        certificate: multiline(this.given.certificate),
        trustAnchor: multiline(this.given.trustAnchor),
      },
      dependsOn: [this.step],
      lifecycle: { ignoreChanges: ["input"] },
    });
    this.trustAnchor = Fn.lookupNested(this.kept.output, ["trustAnchor"]);
  }

  /** Called by `HsmCluster`. */
  sign({ clusterId, csr, dependsOn }: SigningRequest): ClusterSignature {
    const { step, kept, files, given } = this;
    const signature = createHash("sha256").update(given.certificate + given.trustAnchor);
    // An initialised cluster has no CSR; this keeps the one for which the signature was checked.
    step.triggers = { clusterId, signature: signature.digest("hex"), csr };
    step.lifecycle = { ignoreChanges: ['triggers["csr"]'] };
    step.dependsOn = dependsOn.map(dependable);
    step.provisioners = [
      {
        type: "local-exec",
        command: `node '${checkFile(this, "check-signature").path}'`,
        environment: {
          CLUSTER_ID: clusterId,
          CLUSTER_CSR: csr,
          CSR_FILE: files.csr,
          SIGNED_CERTIFICATE_FILE: files.certificate,
          SIGNED_CERTIFICATE: multiline(given.certificate),
          TRUST_ANCHOR_FILE: files.trustAnchor,
          TRUST_ANCHOR: multiline(given.trustAnchor),
        },
      },
    ];
    kept.triggersReplace = { clusterId };
    return { certificate: Fn.lookupNested(kept.output, ["certificate"]), ready: [kept] };
  }

  private refuseWrongPair(): void {
    const { certificate, trustAnchor } = this.given;
    const wrong = certificate && trustAnchor && wrongPair(certificate, trustAnchor);
    if (wrong)
      refuse(
        this,
        "signedCertificateFile",
        this.files.certificate,
        `a certificate that ${this.files.trustAnchor} has signed: ${wrong}`,
      );
  }
}
