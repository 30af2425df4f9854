// The CloudHSM cluster and its HSMs.

export * from "./existing-hsm-cluster";
export * from "./hsm-cluster";
export * from "./hsm-cluster-interface";
export * from "./hsm-identity-check";
export * from "./scheduled-removal-record";
export * from "./user-management";
