// The package's public face.

export * from "./signing/acm-pca-signer";
export * from "./private/accepted-findings";
export type { AwsProps } from "./private/aws-props";
export * from "./backups/backup-replication";
export * from "./signing/certificate-authority";
export * from "./monitoring/cluster-health";
export * from "./operator/cluster-operator";
export * from "./signing/cluster-signer";
export * from "./monitoring/critical-calls";
export * from "./key-store/custom-key-store";
export * from "./private/deletion-policy";
export type { ExistingHsmClusterProps } from "./cluster/existing-hsm-cluster";
export * from "./signing/external-signer";
export * from "./cluster/hsm-cluster";
export type { HsmRoots, RootCertificate } from "./cluster/hsm-identity-check";
export * from "./key-store/hsm-key";
export type { EndpointClient } from "./network/endpoint-clients";
export * from "./network/hsm-network";
export { HSM_PRICES } from "./schedule/hsm-prices";
export type { HsmPrices } from "./schedule/hsm-prices";
export * from "./schedule/hsm-schedule";
export * from "./users/hsm-users";
export type { MonthlyCost } from "./schedule/hsm-cost";
export type { HsmWindow, HsmWindowsProps } from "./schedule/hsm-windows";
export type { NameProps } from "./private/resource-names";
export { Notifications } from "./operator/notifications";
export type { NotificationsProps, NotificationTargets } from "./operator/notifications";
export type { ActiveDirectoryProps } from "./storage/active-directory";
export type { AllowOptions, OntapClients, OntapProtocol } from "./storage/client-access";
export * from "./storage/ontap-file-system";
export type { OntapPasswordsProps } from "./storage/ontap-passwords";
export type { OntapSizeProps } from "./storage/ontap-size";
export { OntapStorageVirtualMachine } from "./storage/ontap-storage-virtual-machine";
export type {
  IOntapStorageVirtualMachine,
  OntapStorageVirtualMachineProps,
  StorageVirtualMachineProps,
} from "./storage/ontap-storage-virtual-machine";
export type {
  OntapSecurityStyle,
  OntapTieringPolicy,
  OntapVolume,
  OntapVolumeProps,
} from "./storage/ontap-volumes";
export type { SnaplockAutocommit, SnaplockProps, SnaplockRetention } from "./storage/snaplock";
export type { OperatorEvents } from "./operator/operator-events";
export type {
  ActionOnDelete,
  InvokeOptions,
  OperatorArchitecture,
  OperatorFunctionProps,
} from "./operator/operator-function";
export type { PolicyStatement } from "./private/policy-document";
export * from "./private/provider-versions";
export * from "./private/regions";
export type { PreviousSettings } from "./safe-storage/previous-settings";
export * from "./safe-storage/safe-storage";
export * from "./safe-storage/settings";
export * from "./users/user-audit";
