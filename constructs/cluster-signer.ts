// Whose CA signs the cluster's CSR: one interface, several ways.

import { ITerraformDependable } from "cdktf";

export interface SigningRequest {
  readonly clusterId: string;
  /** PEM of the CSR; empty once the cluster is initialised. Known at deploy. */
  readonly csr: string;
  /** What must be done before anything is signed. */
  readonly dependsOn: ITerraformDependable[];
}

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
  sign(request: SigningRequest): ClusterSignature;
}
