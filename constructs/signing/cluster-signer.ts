// The interface of what signs the cluster's CSR: several kinds of CA implement it.

import { ITerraformDependable } from "cdktf";

/** Request to a signer. */
export interface SigningRequest {
  /** The cluster that the certificate is for. */
  readonly clusterId: string;
  /** PEM of the CSR; empty once the cluster is initialised. Known at deploy. */
  readonly csr: string;
  /** Dependencies that must be met before anything is signed. */
  readonly dependsOn: ITerraformDependable[];
}

/** Result of a signer. */
export interface ClusterSignature {
  /** PEM of the cluster's certificate. */
  readonly certificate: string;
  /** Dependencies: once they are met, the signature is valid. */
  readonly ready: ITerraformDependable[];
}

/** Signs the CSR of one cluster. Whoever holds the CA's key owns the cluster's HSMs. */
export interface ClusterSigner {
  /** Kind of the signer, in a word or two. It cannot change once the cluster is initialised. */
  readonly kind: string;
  /** PEM of the CA's self-signed certificate, which has signed the cluster's certificate itself. */
  readonly trustAnchor: string;
  /** Signs the CSR once; called by `HsmCluster`. */
  sign(request: SigningRequest): ClusterSignature;
}
