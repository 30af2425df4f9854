// Who signs the CSR of a new cluster.

export * from "./acm-pca-signer";
export * from "./certificate-authority";
export * from "./cluster-signer";
export * from "./external-signer";
