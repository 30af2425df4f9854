// The state of the local cloud: plain JSON, so that it can be saved, compared and restored as it is.

import type { JoinInput } from "../fsx/active-directory";

export interface Tag {
  Key: string;
  Value: string;
}

/** A user in one HSM. HSMs do not share their users: each holds its own list. */
export interface HsmUser {
  role: "unactivated-admin" | "admin" | "crypto-user" | "internal(APPLIANCE_USER)";
  /** Undefined for users nobody can log in as yet. */
  password?: string;
  failedLogins: number;
  /** True where a second factor is registered. */
  mfa?: true;
}

/** What is inside an HSM and, copied, inside a backup. */
export interface HsmContents {
  users: Record<string, HsmUser>;
  /** Key material by its id, base64; the owner is the crypto user who made it, who may give it a label. */
  keys: Record<string, { owner: string; material: string; label?: string }>;
  /** How many admins must approve what a service does. @default 1 for each */
  quorum?: Record<string, number>;
}

export interface Hsm {
  HsmId: string;
  ClusterId: string;
  AvailabilityZone: string;
  SubnetId: string;
  EniId: string;
  EniIp: string;
  HsmType: string;
  State: "CREATE_IN_PROGRESS" | "ACTIVE" | "DEGRADED" | "DELETE_IN_PROGRESS" | "DELETED";
  StateMessage?: string;
  contents: HsmContents;
  /** Open sessions, each with the client whose connection it lives on; in no backup. */
  sessions: { username: string; client: string }[];
  /** True for one whose creation fails. */
  fails?: true;
}

/** The identity that an HSM shows before initialisation, and the key behind its CSR. */
export interface HsmIdentity {
  csr: string;
  hsmCertificate: string;
  awsHardwareCertificate: string;
  manufacturerHardwareCertificate: string;
}

export interface Cluster {
  ClusterId: string;
  HsmType: string;
  Mode: string;
  State: string;
  StateMessage?: string;
  CreateTimestamp: number;
  VpcId: string;
  SecurityGroup: string;
  SubnetMapping: Record<string, string>;
  NetworkType: string;
  /** Until when a changed HSM type can be changed back. */
  HsmTypeRollbackExpiration?: number;
  BackupRetentionDays: number;
  SourceBackupId?: string;
  /** Clusters with the same history come from one another's backups. */
  history: string;
  identity?: HsmIdentity;
  clusterCertificate?: string;
  trustAnchor?: string;
  hsms: Hsm[];
  tags: Tag[];
}

export interface Backup {
  BackupId: string;
  BackupState: "CREATE_IN_PROGRESS" | "READY" | "DELETED" | "PENDING_DELETION";
  ClusterId: string;
  CreateTimestamp: number;
  CopyTimestamp?: number;
  DeleteTimestamp?: number;
  NeverExpires: boolean;
  SourceRegion?: string;
  SourceBackup?: string;
  SourceCluster?: string;
  HsmType: string;
  Mode: string;
  history: string;
  clusterCertificate: string;
  trustAnchor: string;
  contents: HsmContents;
  tags: Tag[];
  /** A resource policy, as JSON. */
  policy?: string;
  /** The account that it belongs to, where it is another one. */
  owner?: string;
}

export interface KeyStore {
  CustomKeyStoreId: string;
  CustomKeyStoreName: string;
  CloudHsmClusterId: string;
  TrustAnchorCertificate: string;
  ConnectionState: "DISCONNECTED" | "CONNECTING" | "CONNECTED" | "DISCONNECTING" | "FAILED";
  ConnectionErrorCode?: string;
  CreationDate: number;
  password: string;
}

export interface Key {
  KeyId: string;
  Arn: string;
  CustomKeyStoreId: string;
  CreationDate: number;
  Description: string;
  Enabled: boolean;
  DeletionDate?: number;
  Policy: string;
  tags: { TagKey: string; TagValue: string }[];
  grants: Grant[];
  /** The last successful cryptographic operation. */
  lastUsage?: { Operation: string; Timestamp: number; CloudTrailEventId: string; KmsRequestId: string };
  /** The id of the key's material in the HSMs. */
  material: string;
}

export interface Grant {
  KeyId: string;
  GrantId: string;
  Name?: string;
  CreationDate: number;
  GranteePrincipal?: string;
  RetiringPrincipal?: string;
  IssuingAccount: string;
  RetiringServicePrincipal?: string;
  GranteeServicePrincipal?: string;
  Operations: string[];
  Constraints?: {
    EncryptionContextSubset?: Record<string, string>;
    EncryptionContextEquals?: Record<string, string>;
    SourceArn?: string;
  };
  /** Every request for the same grant has given one. */
  tokens: string[];
  /** The request that made it: with the same name it makes no second one. */
  request: string;
}

export interface Alias {
  AliasName: string;
  AliasArn: string;
  TargetKeyId: string;
  CreationDate: number;
  LastUpdatedDate: number;
}

export interface FileSystem {
  FileSystemId: string;
  Lifecycle:
    | "CREATING"
    | "AVAILABLE"
    | "UPDATING"
    | "DELETING"
    | "FAILED"
    | "MISCONFIGURED"
    | "MISCONFIGURED_UNAVAILABLE";
  CreationTime: number;
  ClientRequestToken?: string;
  request: string;
  /** Everything that the API shows and that does not change by itself. */
  attributes: Record<string, unknown>;
  /** What an update makes of these once it is through. */
  pending?: { StorageCapacity: number; ontap: object };
  /** What was begun by UpdateFileSystem, the newest first. */
  actions?: AdministrativeAction[];
  /** Of `fsxadmin`. */
  adminPassword?: string;
  tags: Tag[];
}

export interface AdministrativeAction {
  AdministrativeActionType: "FILE_SYSTEM_UPDATE" | "STORAGE_OPTIMIZATION";
  RequestTime: number;
  Status: "PENDING" | "IN_PROGRESS" | "UPDATED_OPTIMIZING" | "COMPLETED" | "FAILED";
  ProgressPercent?: number;
  TargetFileSystemValues?: object;
  /** True where it changes storage, IOPS, throughput or HA pairs. */
  resizes?: true;
}

export interface StorageVirtualMachine {
  StorageVirtualMachineId: string;
  FileSystemId: string;
  Name: string;
  Lifecycle: "CREATING" | "CREATED" | "DELETING" | "MISCONFIGURED";
  LifecycleTransitionReason?: { Message: string };
  ActiveDirectoryConfiguration?: object;
  /** What the last request for a join has said, its password with it. */
  joining?: JoinInput;
  CreationTime: number;
  Subtype: string;
  UUID: string;
  RootVolumeSecurityStyle: string;
  /** Of `vsadmin`. */
  adminPassword?: string;
  ResourceARN: string;
  Endpoints: object;
  ClientRequestToken?: string;
  request: string;
  tags: Tag[];
}

/** An Active Directory that somebody runs, as far as a join asks for it. */
export interface Directory {
  /** In small letters. */
  domainName: string;
  dnsIps: string[];
  username: string;
  password: string;
  organizationalUnits: string[];
  groups: string[];
}

export interface Volume {
  VolumeId: string;
  VolumeType: "ONTAP";
  Name: string;
  FileSystemId: string;
  Lifecycle: "CREATING" | "CREATED" | "FAILED" | "DELETING";
  /** Why it is FAILED. */
  LifecycleTransitionReason?: { Message: string };
  CreationTime: number;
  ResourceARN: string;
  OntapConfiguration: Record<string, unknown>;
  svmId: string;
  isRoot: boolean;
  /** The backup that it was restored from. */
  sourceBackupId?: string;
  /** Whether its restore will fail. */
  fails?: boolean;
  ClientRequestToken?: string;
  request: string;
  tags: Tag[];
}

/** A backup of a volume. */
export interface FsxBackup {
  BackupId: string;
  Lifecycle: "CREATING" | "AVAILABLE";
  Type: "USER_INITIATED" | "AUTOMATIC";
  ResourceType: "VOLUME";
  CreationTime: number;
  KmsKeyId: string;
  OwnerId: string;
  ResourceARN: string;
  /** File system and volume as they were shown when it was taken: they may be gone. */
  FileSystem: { FileSystemId: string };
  Volume: { VolumeId: string };
  SizeInBytes: number;
  ClientRequestToken?: string;
  request: string;
  tags: Tag[];
}

export interface Region {
  clusters: Record<string, Cluster>;
  backups: Record<string, Backup>;
  keyStores: Record<string, KeyStore>;
  keys: Record<string, Key>;
  aliases: Record<string, Alias>;
  fileSystems: Record<string, FileSystem>;
  svms: Record<string, StorageVirtualMachine>;
  volumes: Record<string, Volume>;
  fsxBackups: Record<string, FsxBackup>;
  /** Active Directories that a test has made known, by their names. */
  directories: Record<string, Directory>;
  /** Lambda's network interfaces, each with its subnet and security groups. */
  functionInterfaces: Record<string, string>;
  /** Functions that wait for theirs. */
  functionWaits: Record<string, FunctionWait>;
}

export type FunctionWait = "Creating" | "Updating" | "OutOfAddresses" | "Idle" | "Restoring";

/** Maps without a prototype: no name that a client sends is found in them unless it was put there. */
export const emptyRegion = (): Region => ({
  clusters: Object.create(null),
  backups: Object.create(null),
  keyStores: Object.create(null),
  keys: Object.create(null),
  aliases: Object.create(null),
  fileSystems: Object.create(null),
  svms: Object.create(null),
  volumes: Object.create(null),
  fsxBackups: Object.create(null),
  directories: Object.create(null),
  functionInterfaces: Object.create(null),
  functionWaits: Object.create(null),
});
