// Settings of a `SafeStorage`: the props of the constructs in it, in a group for each.

import { AcmPcaSignerProps, CertificateAuthorityProps, ExternalSignerProps } from "../signing";
import { BackupDestination, BackupReplicationProps } from "../backups";
import { ClusterHealthProps } from "../monitoring";
import { ClusterOperatorProps, NotificationTargets } from "../operator";
import { CustomKeyStoreProps, HsmKeyProps } from "../key-store";
import { AwsProps, DeletionPolicy, NameProps } from "../private";
import { HsmClusterProps, RestoredHsmClusterProps } from "../cluster";
import { HsmNetworkProps } from "../network";
import { HsmScheduleProps } from "../schedule";
import { HsmUsersProps, UserAuditProps } from "../users";
import { OntapFileSystemProps } from "../storage";

/** Props that `SafeStorage` fills in by itself. */
type Filled =
  | keyof NameProps
  | keyof AwsProps
  | "deletionPolicy"
  | "network"
  | "operator"
  | "cluster"
  | "keyStore"
  | "key"
  | "keys"
  | "fileSystems"
  | "notifications";

/** The props of a construct but for those that `SafeStorage` fills in. */
type Own<Props> = Omit<Props, Filled>;

/** The VPC, as of `HsmNetwork`. */
export interface NetworkSettings extends Own<HsmNetworkProps> {}

/** The operator, as of `ClusterOperator`. */
export interface OperatorSettings extends Own<ClusterOperatorProps> {}

/** The cluster, as of `HsmCluster`. */
export interface ClusterSettings extends Omit<Own<HsmClusterProps>, "signer" | "keep"> {
  /**
   * Makes the cluster from this backup, which must be of a cluster of the same CA. It counts when the cluster is made.
   * @default none, a new cluster
   */
  readonly sourceBackupId?: RestoredHsmClusterProps["sourceBackupId"];
}

/** A CA that Terraform makes, as of `CertificateAuthority`. */
export interface CertificateAuthoritySettings extends Own<CertificateAuthorityProps> {}

/** A CA of your own, as of `ExternalSigner`. */
export interface ExternalSignerSettings extends Own<ExternalSignerProps> {}

/** A CA of AWS Private CA, as of `AcmPcaSigner`. */
export interface AcmPcaSignerSettings extends Own<AcmPcaSignerProps> {}

/** The key store, as of `CustomKeyStore`. */
export interface KeyStoreSettings extends Own<CustomKeyStoreProps>, Pick<CustomKeyStoreProps, "name"> {}

/** The key that encrypts the file system, as of `HsmKey`. */
export interface KeySettings extends Omit<Own<HsmKeyProps>, "alias" | "services"> {
  /**
   * AWS services that may use the key, as of `HsmKey`; `[]` leaves it to the account's IAM policies who may use it.
   * @default ["fsx"], or [] where `policy` is given
   */
  readonly services?: string[];
  /**
   * Name after `alias/`; letters, digits, `/`, `_` and `-`.
   * @default the deployment's name
   */
  readonly alias?: string;
}

/** The file system, as of `OntapFileSystem`. */
export interface FileSystemSettings extends Own<OntapFileSystemProps> {}

/** Users of the HSMs, as of `HsmUsers`. */
export interface UsersSettings extends Own<HsmUsersProps> {}

/** When HSMs are removed and restored, as of `HsmSchedule`, and who is notified; without a target, those of `monitoring`. */
export interface ScheduleSettings extends Own<HsmScheduleProps>, NotificationTargets {}

/** Alarms on the deployment's health, as of `ClusterHealth`. */
export interface HealthSettings extends Own<ClusterHealthProps> {}

/** The audit of its users, as of `UserAudit`. */
export interface UserAuditSettings extends Omit<Own<UserAuditProps>, "users"> {}

/** How the deployment is monitored, and who is notified. */
export interface MonitoringSettings extends NotificationTargets {
  /**
   * Alarms on its health, as of `ClusterHealth`.
   * @default those of `ClusterHealth`
   */
  readonly health?: HealthSettings;
  /**
   * The audit of its users, as of `UserAudit`.
   * @default that of `UserAudit`
   */
  readonly userAudit?: UserAuditSettings;
  /**
   * Also notifies at once of calls that can lose keys, as `CriticalCalls` does. It needs an e-mail address or a topic, and a CloudTrail trail.
   * @default false
   */
  readonly criticalCalls?: boolean;
}

/** Where backups are copied to, as of `BackupReplication`. */
export interface ReplicationProps extends Own<BackupReplicationProps> {}

/** As `ReplicationProps`, but for the providers: the app makes them by the regions' names. */
export interface ReplicationSettings extends Omit<ReplicationProps, "destinations"> {
  /** Regions to which backups are copied; one or more. */
  readonly destinations: Omit<BackupDestination, "provider">[];
}

/** What JSON can say of a `SafeStorage`: the file `settings.json`. */
export interface SafeStorageSettings extends NameProps, Omit<AwsProps, "provider"> {
  /** The VPC, with a private subnet in each availability zone. */
  readonly network: NetworkSettings;
  /**
   * The operator and its layer.
   * @default those of `ClusterOperator`
   */
  readonly operator?: OperatorSettings;
  /**
   * The cluster and its HSMs.
   * @default a new cluster, with one HSM in each availability zone of the network
   */
  readonly cluster?: ClusterSettings;
  /**
   * A CA that Terraform makes, and whose private key is in its state. One of this, `externalSigner` and `acmPcaSigner`.
   * @default a self-signed CA that is valid for ten years
   */
  readonly certificateAuthority?: CertificateAuthoritySettings;
  /**
   * A CA of your own: a deploy stops after the CSR, and continues once it is signed.
   * @default none
   */
  readonly externalSigner?: ExternalSignerSettings;
  /**
   * A root CA of AWS Private CA.
   * @default none
   */
  readonly acmPcaSigner?: AcmPcaSignerSettings;
  /**
   * The key store.
   * @default one of the deployment's name
   */
  readonly keyStore?: KeyStoreSettings;
  /**
   * The key that encrypts the file system.
   * @default one whose alias is the deployment's name, for FSx alone
   */
  readonly key?: KeySettings;
  /**
   * The file system.
   * @default 1024 GiB, 128 MBps, MULTI_AZ_1, 30 days of backups, one volume, reached by nobody
   */
  readonly fileSystem?: FileSystemSettings;
  /**
   * Users of the HSMs beside `admin` and `kmsuser`.
   * @default none
   */
  readonly hsmUsers?: UsersSettings;
  /**
   * Removes HSMs while nobody works and restores them before.
   * @default none: all HSMs stay
   */
  readonly schedule?: ScheduleSettings;
  /**
   * Monitors the deployment's health and its users, with alarms, a dashboard and `safe-storage users`; `{}` does it and notifies nobody.
   * @default none: not monitored
   */
  readonly monitoring?: MonitoringSettings;
  /**
   * Copies backups to other regions, with what a restore needs there.
   * @default none: backups are in the cluster's region only
   */
  readonly backupReplication?: ReplicationSettings;
  /**
   * `retain`: a destroy refuses before it touches anything. `delete`: see `DeletionPolicy`.
   * @default "retain"
   */
  readonly deletionPolicy?: DeletionPolicy;
}

/** What a `SafeStorage` is made of: the settings, with the constructs that JSON cannot name. */
export interface SafeStorageProps
  extends Omit<SafeStorageSettings, "backupReplication">, Pick<AwsProps, "provider"> {
  /**
   * Copies backups to other regions, with what a restore needs there.
   * @default none: backups are in the cluster's region only
   */
  readonly backupReplication?: ReplicationProps;
}
