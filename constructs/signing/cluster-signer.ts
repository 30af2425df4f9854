// The interface of what signs the cluster's CSR: several kinds of CA implement it.

import { ITerraformDependable } from "cdktf";

/** What a signer is asked. */
export interface SigningRequest {
  /** The cluster that the certificate is for. */
  readonly clusterId: string;
  /** PEM of the CSR; empty once the cluster is initialised. Known at deploy. */
  readonly csr: string;
  /** What must be done before anything is signed. */
  readonly dependsOn: ITerraformDependable[];
}

/** What a signer gives. */
export interface ClusterSignature {
  /** PEM of the cluster's certificate. */
  readonly certificate: string;
  /** What waits for these waits for a good signature. */
  readonly ready: ITerraformDependable[];
}

/** Signs the CSR of one cluster, and thereby claims its HSMs for whoever has the CA's key. */
export interface ClusterSigner {
  /** What signs, in a word or two; it cannot change once the cluster is initialised. */
  readonly kind: string;
  /** PEM of the CA's self-signed certificate, which has signed the cluster's certificate itself. */
  readonly trustAnchor: string;
  /** Signs, once, what the cluster asks for; called by `HsmCluster`. */
  sign(request: SigningRequest): ClusterSignature;
}
