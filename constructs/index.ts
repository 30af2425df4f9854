// The package's public face.

export * from "./acm-pca-signer";
export type { AwsProps } from "./aws-props";
export * from "./backup-replication";
export * from "./certificate-authority";
export * from "./cluster-health";
export * from "./cluster-operator";
export * from "./cluster-signer";
export * from "./critical-calls";
export * from "./custom-key-store";
export * from "./deletion-policy";
export type { ExistingHsmClusterProps } from "./existing-hsm-cluster";
export * from "./external-signer";
export * from "./hsm-cluster";
export type { HsmRoots, RootCertificate } from "./hsm-identity-check";
export * from "./hsm-key";
export * from "./hsm-network";
export { HSM_PRICES } from "./hsm-prices";
export type { HsmPrices } from "./hsm-prices";
export * from "./hsm-schedule";
export * from "./hsm-users";
export type { HsmWindow, HsmWindowsProps, MonthlyCost } from "./hsm-windows";
export type { NameProps } from "./name";
export * from "./notifications";
export * from "./ontap-file-system";
export type { OperatorEvents } from "./operator-events";
export type {
  ActionOnDelete,
  InvokeOptions,
  OperatorArchitecture,
  OperatorFunctionProps,
} from "./operator-function";
export type { PolicyStatement } from "./policy-document";
export * from "./regions";
export * from "./safe-storage";
export * from "./user-audit";
