// The file system, its storage virtual machines and volumes, and who may reach them.

export type { ActiveDirectoryProps } from "./active-directory";
export type { AllowOptions, OntapClients, OntapProtocol } from "./client-access";
export * from "./ontap-file-system";
export type { OntapPasswordsProps } from "./ontap-passwords";
export type { OntapSizeProps } from "./ontap-size";
export { OntapStorageVirtualMachine } from "./ontap-storage-virtual-machine";
export type {
  IOntapStorageVirtualMachine,
  OntapStorageVirtualMachineProps,
  StorageVirtualMachineProps,
} from "./ontap-storage-virtual-machine";
export type { OntapSecurityStyle, OntapTieringPolicy, OntapVolume, OntapVolumeProps } from "./ontap-volumes";
export type { SnaplockAutocommit, SnaplockProps, SnaplockRetention } from "./snaplock";
