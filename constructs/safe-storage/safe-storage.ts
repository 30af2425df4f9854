// The whole chain in one construct.

import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { DataResource } from "cdktf";
import { Construct } from "constructs";
import { AcmPcaSigner, CertificateAuthority, ClusterSigner, ExternalSigner } from "../signing";
import { BackupReplication } from "../backups";
import { ClusterHealth, CriticalCalls } from "../monitoring";
import { ClusterOperator, Notifications, NotificationTargets, hasTargets } from "../operator";
import { CustomKeyStore, HsmKey } from "../key-store";
import { applyAwsProps, check, checkFlags, deletionPolicyOf, nameOf, refuse } from "../private";
import { HsmCluster } from "../cluster";
import { HsmNetwork } from "../network";
import { HsmSchedule } from "../schedule";
import { HsmUsers, UserAudit } from "../users";
import { OntapFileSystem } from "../storage";
import { PreviousSettings, currentSettings } from "./previous-settings";
import { checkSettingNames } from "./setting-names";
import { MonitoringSettings, SafeStorageProps, ScheduleSettings } from "./settings";

/** What may sign the cluster's CSR; one of them. */
const SIGNERS = ["certificateAuthority", "externalSigner", "acmPcaSigner"] as const;

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

  /** `props` may also hold settings of version 0.1.0, which are read with a warning. */
  constructor(
    scope: Construct,
    id: string,
    props: SafeStorageProps | (PreviousSettings & Partial<SafeStorageProps>),
  ) {
    super(scope, id);
    const settings = currentSettings(this, props);
    checkSettingNames(this, settings);
    const name = nameOf(this, settings);
    applyAwsProps(this, settings);
    const deletionPolicy = deletionPolicyOf(this, settings);

    // Created first and kept in the state: by this id a deploy recognises what an interrupted one has left in AWS.
    const tags = { Deployment: new DataResource(this, "deployment").id };
    const network = (this.network = new HsmNetwork(this, "network", { ...settings.network, name, tags }));
    const operator = (this.operator = new ClusterOperator(this, "operator", {
      ...settings.operator,
      name,
      network,
      deletionPolicy,
      tags,
    }));
    const cluster = (this.cluster = this.clusterOf(settings, name));
    const keyStore = (this.keyStore = new CustomKeyStore(this, "key-store", {
      ...settings.keyStore,
      name: settings.keyStore?.name ?? name,
      cluster,
      operator,
      deletionPolicy,
    }));
    const key = (this.key = new HsmKey(this, "key", {
      services: settings.key?.policy === undefined ? ["fsx"] : undefined,
      ...settings.key,
      alias: settings.key?.alias ?? name,
      description: settings.key?.description ?? `${name}: file system key in CloudHSM`,
      keyStore,
      deletionPolicy,
    }));
    this.fileSystem = new OntapFileSystem(this, "file-system", {
      ...settings.fileSystem,
      name,
      network,
      key,
      deletionPolicy,
    });
    if (settings.hsmUsers)
      this.users = new HsmUsers(this, "users", { ...settings.hsmUsers, cluster, operator, tags });
    const { monitoring, schedule } = settings;
    const notifications =
      monitoring && this.notificationsFor("monitoring", `${name}-monitoring`, monitoring, tags);
    if (schedule) this.schedule = this.scheduled(schedule, name, notifications, tags);
    if (monitoring) {
      const watched = { name, cluster, operator, notifications, tags };
      this.health = new ClusterHealth(this, "health", {
        ...monitoring.health,
        ...watched,
        keyStore,
        keys: [key],
        fileSystems: [this.fileSystem],
      });
      this.userAudit = new UserAudit(this, "user-audit", {
        ...monitoring.userAudit,
        ...watched,
        users: this.users,
      });
      this.criticalCalls = this.criticalCallsOf(monitoring, name, notifications, tags);
    }
    if (settings.backupReplication)
      this.backupReplication = new BackupReplication(this, "backup-replication", {
        ...settings.backupReplication,
        name,
        cluster,
        operator,
        tags,
      });
    if (deletionPolicy === "retain") this.explainRefusal();
  }

  private clusterOf(
    { cluster, schedule, deletionPolicy, ...settings }: SafeStorageProps,
    name: string,
  ): HsmCluster {
    const signer = this.signerOf(settings);
    const { sourceBackupId, identityCheck, ...own } = cluster ?? {};
    const { network, operator } = this;
    const keep = schedule && (schedule.keep ?? 1);
    const props = { ...own, name, network, operator, keep, deletionPolicy };
    if (sourceBackupId === undefined)
      return new HsmCluster(this, "cluster", { ...props, signer, identityCheck });
    const { trustAnchor } = signer;
    return HsmCluster.fromBackup(this, "cluster", { ...props, sourceBackupId, trustAnchor });
  }

  private scheduled(
    { emails, topicArn, topicKeyArn, keep: _, ...schedule }: ScheduleSettings,
    name: string,
    watchers: Notifications | undefined,
    tags: Record<string, string>,
  ): HsmSchedule {
    const { cluster, operator } = this;
    const targets = { emails, topicArn, topicKeyArn };
    const notifications = this.notificationsFor("notifications", name, targets, tags) ?? watchers;
    return new HsmSchedule(this, "schedule", { ...schedule, name, cluster, operator, notifications, tags });
  }

  private criticalCallsOf(
    { criticalCalls }: MonitoringSettings,
    name: string,
    notifications: Notifications | undefined,
    tags: Record<string, string>,
  ): CriticalCalls | undefined {
    checkFlags(this, { "monitoring.criticalCalls": criticalCalls });
    if (!criticalCalls) return undefined;
    if (!notifications)
      refuse(this, "monitoring.emails", undefined, "given, or topicArn: criticalCalls notifies somebody");
    const { cluster, operator, keyStore, key } = this;
    const watched = { cluster, operator, keyStore, keys: [key] };
    return new CriticalCalls(this, "critical-calls", { ...watched, name, notifications, tags });
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

  private signerOf(props: Pick<SafeStorageProps, (typeof SIGNERS)[number]>): ClusterSigner {
    const given = SIGNERS.filter((prop) => prop in props);
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
