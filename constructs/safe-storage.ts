// The whole chain in one construct.

import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { DataResource } from "cdktf";
import { Construct } from "constructs";
import {
  AcmPcaSigner,
  AcmPcaSignerProps,
  CertificateAuthority,
  CertificateAuthorityProps,
  ClusterSigner,
  ExternalSigner,
  ExternalSignerProps,
} from "./signing";
import { BackupReplication, BackupReplicationProps } from "./backups";
import { ClusterHealth, ClusterHealthProps, CriticalCalls } from "./monitoring";
import {
  ClusterOperator,
  Notifications,
  NotificationTargets,
  OperatorArchitecture,
  hasTargets,
} from "./operator";
import { CustomKeyStore, HsmKey } from "./key-store";
import {
  DeletionPolicy,
  deletionPolicyOf,
  AwsProps,
  applyAwsProps,
  NameProps,
  nameOf,
  check,
  checkFlags,
  checkNames,
  refuse,
} from "./private";
import { ClusterMode, HsmCluster, HsmType, HsmRoots } from "./cluster";
import { HsmNetwork, HsmSubnetProps } from "./network";
import { HsmSchedule, HsmWindowsProps } from "./schedule";
import { HsmUserProps, HsmUsers, UserAudit, UserAuditProps } from "./users";
import { OntapFileSystem, OntapFileSystemProps } from "./storage";

/** What a `SafeStorage` lets say of its file system. */
export type FileSystemProps = Pick<
  OntapFileSystemProps,
  | "storageCapacityGib"
  | "throughputCapacityMbps"
  | "deploymentType"
  | "endpointIpAddressRange"
  | "automaticBackupRetentionDays"
  | "volumes"
>;

/** When a `SafeStorage` removes and restores HSMs, and who is notified. */
export interface ScheduleProps extends HsmWindowsProps, NotificationTargets {
  /**
   * How many HSMs stay; the key store needs 1 at least, and 2 for keys to be made meanwhile.
   * @default 1
   */
  readonly keep?: number;
}

/** How a `SafeStorage` is monitored, and who is notified. */
export interface MonitoringProps
  extends
    NotificationTargets,
    Pick<ClusterHealthProps, "everyMinutes" | "backupHours" | "certificateDays">,
    Pick<UserAuditProps, "admins" | "automaticRepair" | "everyHours"> {
  /**
   * Also notifies at once of calls that can lose keys, as `CriticalCalls` does. It needs an e-mail address or a topic, and a CloudTrail trail.
   * @default false
   */
  readonly criticalCalls?: boolean;
}

/** Where a `SafeStorage` copies its backups to. */
export type ReplicationProps = Pick<BackupReplicationProps, "destinations" | "recoveryPointHours">;

/** What a `SafeStorage` is made of. */
export interface SafeStorageProps extends NameProps, AwsProps {
  /** IPv4 range of the VPC. */
  readonly cidrBlock: string;
  /** A private subnet in each availability zone named, and an HSM but for `hsms`; two or more. */
  readonly subnets: HsmSubnetProps[];
  /**
   * The HSMs' hardware. It cannot change.
   * @default "hsm2m.medium"
   */
  readonly hsmType?: HsmType;
  /**
   * Which keys and algorithms the HSMs allow: «Cluster modes», AWS CloudHSM User Guide. It cannot change.
   * @default "FIPS"
   */
  readonly mode?: ClusterMode;
  /**
   * Characters of the HSM users' passwords, which the operator makes: 7 to 32.
   * @default 32
   */
  readonly passwordLength?: number;
  /**
   * Makes the cluster from this backup, which must be of a cluster of the same CA. It counts when the cluster is made.
   * @default none, a new cluster
   */
  readonly sourceBackupId?: string;
  /**
   * How many HSMs stand in each availability zone, by its name; in two at least. It changes in place.
   * @default one in each
   */
  readonly hsms?: Record<string, number>;
  /**
   * Days that the cluster's backups are kept, 7 to 379: ModifyCluster, AWS CloudHSM API Reference.
   * @default AWS's, 90 for a new cluster
   */
  readonly backupRetentionDays?: number;
  /**
   * Removes HSMs while nobody works and restores them before. It notifies those whom `monitoring` notifies, unless it names others.
   * @default none: all HSMs stay
   */
  readonly schedule?: ScheduleProps;
  /**
   * Users of the HSMs beside `admin` and `kmsuser`, by their names.
   * @default none
   */
  readonly users?: Record<string, HsmUserProps>;
  /**
   * Whether a user whose line is gone may be removed with the keys that it owns.
   * @default false: the deploy stops, and the user and its keys stay
   */
  readonly deleteKeysOfRemovedUsers?: boolean;
  /**
   * Watches the cluster's health and its users, with alarms, a dashboard and `scripts/users`; `{}` does it without telling anybody.
   * @default none: not monitored
   */
  readonly monitoring?: MonitoringProps;
  /**
   * Lets the operator make HSMs that are missing, by its action `ensure-hsms`.
   * @default false
   */
  readonly hsmsOnDemand?: boolean;
  /**
   * Lets the operator exempt single backups from their expiry, delete and bring back backups, as `scripts/backups` asks it to.
   * @default false
   */
  readonly backupsOnDemand?: boolean;
  /**
   * Copies backups to other regions, with what a restore needs there.
   * @default none: backups are in the cluster's region only
   */
  readonly backupReplication?: ReplicationProps;
  /**
   * Reserves one concurrent execution for the operator; accounts with the smallest quotas cannot.
   * @default false
   */
  readonly reserveConcurrency?: boolean;
  /**
   * Whether the services' ordinary names lead to the VPC's endpoints.
   * @default true
   */
  readonly privateDns?: boolean;
  /**
   * The roots by which the first HSM is proven to be real before its CSR is signed; `false` signs unseen.
   * @default none, and then a plan says what is missing
   */
  readonly identityCheck?: HsmRoots | false;
  /**
   * A CA that Terraform makes, and whose private key is in its state. One of this, `externalSigner` and `acmPcaSigner`.
   * @default a self-signed CA that is valid for ten years
   */
  readonly certificateAuthority?: CertificateAuthorityProps;
  /**
   * A CA of your own: a deploy stops after the CSR, and goes on once it is signed.
   * @default none
   */
  readonly externalSigner?: ExternalSignerProps;
  /**
   * A root CA of AWS Private CA.
   * @default none
   */
  readonly acmPcaSigner?: AcmPcaSignerProps;
  /**
   * Name of the key store, unique in account and region.
   * @default the name
   */
  readonly keyStoreName?: string;
  /**
   * Days that the deletion of the key waits, 7 to 30.
   * @default 30
   */
  readonly deletionWindowInDays?: number;
  /**
   * Size, speed, zones, backups and volumes of the file system.
   * @default 1024 GiB, 128 MBps, MULTI_AZ_1, 30 days of backups, no volumes
   */
  readonly fileSystem?: FileSystemProps;
  /**
   * Instruction set of the operator and its layer.
   * @default "x86_64"
   */
  readonly architecture?: OperatorArchitecture;
  /**
   * Path of the layer's zip with `cloudhsm-cli`.
   * @default "dist/cloudhsm-cli-layer-x86_64.zip", or `-arm64` by the architecture
   */
  readonly layerZip?: string;
  /**
   * `retain`: a destroy refuses before it touches anything. `delete`: see `DeletionPolicy`.
   * @default "retain"
   */
  readonly deletionPolicy?: DeletionPolicy;
}

/** The names of all props, complete by the compiler's word. */
const PROPS: Record<keyof SafeStorageProps, true> = {
  cidrBlock: true,
  subnets: true,
  name: true,
  system: true,
  purpose: true,
  tags: true,
  provider: true,
  permissionsBoundary: true,
  hsmType: true,
  mode: true,
  passwordLength: true,
  sourceBackupId: true,
  hsms: true,
  backupRetentionDays: true,
  schedule: true,
  users: true,
  deleteKeysOfRemovedUsers: true,
  monitoring: true,
  hsmsOnDemand: true,
  backupsOnDemand: true,
  backupReplication: true,
  reserveConcurrency: true,
  privateDns: true,
  identityCheck: true,
  certificateAuthority: true,
  externalSigner: true,
  acmPcaSigner: true,
  keyStoreName: true,
  deletionWindowInDays: true,
  fileSystem: true,
  architecture: true,
  layerZip: true,
  deletionPolicy: true,
};
const FILE_SYSTEM_PROPS: Record<keyof FileSystemProps, true> = {
  storageCapacityGib: true,
  throughputCapacityMbps: true,
  deploymentType: true,
  endpointIpAddressRange: true,
  automaticBackupRetentionDays: true,
  volumes: true,
};
const SCHEDULE_PROPS: Record<keyof ScheduleProps, true> = {
  keep: true,
  windows: true,
  timeZone: true,
  holidays: true,
  emails: true,
  topicArn: true,
  topicKeyArn: true,
};
const MONITORING_PROPS: Record<keyof MonitoringProps, true> = {
  emails: true,
  topicArn: true,
  topicKeyArn: true,
  everyMinutes: true,
  backupHours: true,
  certificateDays: true,
  admins: true,
  automaticRepair: true,
  everyHours: true,
  criticalCalls: true,
};
const REPLICATION_PROPS: Record<keyof ReplicationProps, true> = {
  destinations: true,
  recoveryPointHours: true,
};

const SIGNER_PROPS = {
  certificateAuthority: ["commonName", "validityDays"],
  externalSigner: ["csrFile", "signedCertificateFile", "trustAnchorFile"],
  acmPcaSigner: ["certificateAuthorityArn", "validityDays", "signingAlgorithm"],
};

/** File storage whose keys live in HSMs of your own. */
export class SafeStorage extends Construct {
  /** VPC, subnets, endpoints. */
  readonly network: HsmNetwork;
  /** The Lambda. */
  readonly operator: ClusterOperator;
  /** Cluster and HSMs. */
  readonly cluster: HsmCluster;
  /** The connected key store. */
  readonly keyStore: CustomKeyStore;
  /** The key that encrypts the file system. */
  readonly key: HsmKey;
  /** The file system. */
  readonly fileSystem: OntapFileSystem;
  /** The schedule that removes and restores HSMs, where there is one. */
  readonly schedule?: HsmSchedule;
  /** The users of the HSMs, where there are any beside the cluster's own. */
  readonly users?: HsmUsers;
  /** Alarms on the cluster's health, where it is monitored. */
  readonly health?: ClusterHealth;
  /** The audit of its users, where it is monitored. */
  readonly userAudit?: UserAudit;
  /** Notifies of calls that can lose keys, where `criticalCalls` is set. */
  readonly criticalCalls?: CriticalCalls;
  /** Copies the backups to other regions, where there are destinations. */
  readonly backupReplication?: BackupReplication;

  constructor(scope: Construct, id: string, props: SafeStorageProps) {
    super(scope, id);
    checkNames(this, "props", props, Object.keys(PROPS));
    checkNames(this, "fileSystem", props.fileSystem ?? {}, Object.keys(FILE_SYSTEM_PROPS));
    checkNames(this, "schedule", props.schedule ?? {}, Object.keys(SCHEDULE_PROPS));
    checkNames(this, "monitoring", props.monitoring ?? {}, Object.keys(MONITORING_PROPS));
    checkNames(this, "backupReplication", props.backupReplication ?? {}, Object.keys(REPLICATION_PROPS));
    for (const [prop, names] of Object.entries(SIGNER_PROPS))
      checkNames(this, prop, props[prop as keyof typeof SIGNER_PROPS] ?? {}, names);
    const name = nameOf(this, props);
    applyAwsProps(this, props);
    const deletionPolicy = deletionPolicyOf(this, props);
    checkFlags(this, { deleteKeysOfRemovedUsers: props.deleteKeysOfRemovedUsers });

    // Made first and kept in the state: by this id a deploy knows again what an interrupted one has left in AWS.
    const tags = { Deployment: new DataResource(this, "deployment").id };
    this.network = new HsmNetwork(this, "network", {
      name,
      cidrBlock: props.cidrBlock,
      subnets: props.subnets,
      privateDns: props.privateDns,
      tags,
    });
    this.operator = new ClusterOperator(this, "operator", {
      name,
      network: this.network,
      architecture: props.architecture,
      layerZip: props.layerZip,
      reserveConcurrency: props.reserveConcurrency,
      deletionPolicy,
      tags,
    });
    const signer = this.signer(props);
    const cluster = {
      name,
      network: this.network,
      operator: this.operator,
      hsmType: props.hsmType,
      mode: props.mode,
      passwordLength: props.passwordLength,
      hsms: props.hsms,
      backupRetentionDays: props.backupRetentionDays,
      keep: props.schedule && (props.schedule.keep ?? 1),
      hsmsOnDemand: props.hsmsOnDemand,
      backupsOnDemand: props.backupsOnDemand,
      deletionPolicy,
    };
    this.cluster =
      props.sourceBackupId === undefined
        ? new HsmCluster(this, "cluster", { ...cluster, signer, identityCheck: props.identityCheck })
        : HsmCluster.fromBackup(this, "cluster", {
            ...cluster,
            sourceBackupId: props.sourceBackupId,
            trustAnchor: signer.trustAnchor,
          });
    this.keyStore = new CustomKeyStore(this, "key-store", {
      cluster: this.cluster,
      operator: this.operator,
      name: props.keyStoreName ?? name,
      deletionPolicy,
    });
    this.key = new HsmKey(this, "key", {
      keyStore: this.keyStore,
      alias: name,
      description: `${name}: file system key in CloudHSM`,
      deletionWindowInDays: props.deletionWindowInDays,
      deletionPolicy,
    });
    this.fileSystem = new OntapFileSystem(this, "file-system", {
      ...props.fileSystem,
      name,
      network: this.network,
      key: this.key,
      deletionPolicy,
    });
    if (props.users) {
      const { cluster, operator } = this;
      const { users, passwordLength, deleteKeysOfRemovedUsers } = props;
      const more = { users, passwordLength, deleteKeysOfRemovedUsers };
      this.users = new HsmUsers(this, "users", { cluster, operator, ...more, tags });
    }
    const watchers =
      props.monitoring && this.notificationsFor("monitoring", `${name}-monitoring`, props.monitoring, tags);
    if (props.schedule) this.schedule = this.scheduled(name, props.schedule, watchers, tags);
    if (props.monitoring) {
      const { cluster, operator, keyStore, users } = this;
      const {
        everyMinutes,
        backupHours,
        certificateDays,
        admins,
        automaticRepair,
        everyHours,
        criticalCalls,
      } = props.monitoring;
      const watched = { name, cluster, operator, notifications: watchers, tags };
      this.health = new ClusterHealth(this, "health", {
        ...watched,
        keyStore,
        keys: [this.key],
        fileSystems: [this.fileSystem],
        everyMinutes,
        backupHours,
        certificateDays,
      });
      this.userAudit = new UserAudit(this, "user-audit", {
        ...watched,
        users,
        admins,
        automaticRepair,
        everyHours,
      });
      checkFlags(this, { "monitoring.criticalCalls": criticalCalls });
      if (criticalCalls) {
        if (!watchers)
          refuse(this, "monitoring.emails", undefined, "given, or topicArn: criticalCalls tells somebody");
        const keys = { keyStore, keys: [this.key] };
        this.criticalCalls = new CriticalCalls(this, "critical-calls", {
          ...watched,
          ...keys,
          notifications: watchers,
        });
      }
    }
    if (props.backupReplication) {
      const { cluster, operator } = this;
      const replication = { ...props.backupReplication, name, cluster, operator, tags };
      this.backupReplication = new BackupReplication(this, "backup-replication", replication);
    }
    if (deletionPolicy === "retain") this.explainRefusal();
  }

  private scheduled(
    name: string,
    { keep: _, emails, topicArn, topicKeyArn, ...windows }: ScheduleProps,
    watchers: Notifications | undefined,
    tags: Record<string, string>,
  ): HsmSchedule {
    const { cluster, operator } = this;
    const notifications =
      this.notificationsFor("notifications", name, { emails, topicArn, topicKeyArn }, tags) ?? watchers;
    return new HsmSchedule(this, "schedule", { ...windows, name, cluster, operator, notifications, tags });
  }

  /** Undefined where nobody is to be notified. */
  private notificationsFor(
    id: string,
    name: string,
    { emails, topicArn, topicKeyArn }: NotificationTargets,
    tags: Record<string, string>,
  ): Notifications | undefined {
    if (!hasTargets({ emails, topicArn })) return undefined;
    const { operator } = this;
    return new Notifications(this, id, { name, operator, emails, topicArn, topicKeyArn, tags });
  }

  private signer(props: SafeStorageProps): ClusterSigner {
    const given = Object.keys(SIGNER_PROPS).filter((prop) => prop in props);
    check(this, "signers", given, (names) => names.length <= 1, "one of them, or none");
    if (props.externalSigner) return new ExternalSigner(this, "ca", props.externalSigner);
    if (props.acmPcaSigner) return new AcmPcaSigner(this, "ca", props.acmPcaSigner);
    return new CertificateAuthority(this, "ca", props.certificateAuthority);
  }

  /** Terraform names what refuses a destroy by its address; this one's address says what to do. */
  private explainRefusal(): void {
    const path = this.node.path.split("/").slice(1).join("_"); // without the stack's name
    new NullResource(this, "retained", { lifecycle: { preventDestroy: true } }).overrideLogicalId(
      `deletionPolicy_of_${path}_is_retain--set_it_to_delete--then_destroy`,
    );
  }
}
