// The CloudHSM cluster: created, initialised, activated; then its users are created, and its other HSMs.

import { CloudhsmV2Cluster } from "@cdktf/provider-aws/lib/cloudhsm-v2-cluster";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Annotations, ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import {
  acceptFindings,
  AwsProps,
  applyAwsProps,
  applyDeletionPolicy,
  DeletionPolicy,
  deletionPolicyOf,
  refuseReplacement,
  NameProps,
  nameOf,
  check,
  checkFlags,
  checkKnown,
  checkRange,
} from "../private";
import { BackupOrigin, originOf, OriginOfBackup } from "./backup-origin";
import { retainBackups } from "./backup-retention";
import { ClusterOperator } from "../operator";
import { ClusterSigner } from "../signing";
import { ExistingHsmCluster, ExistingHsmClusterProps } from "./existing-hsm-cluster";
import { ClusterHsms } from "./cluster-hsms";
import {
  permitBackupsOnDemand,
  permitHsmsOnDemand,
  permitInitialization,
  permitTrustAnchor,
} from "./cluster-rights";
import { allowHsmClients } from "./hsm-clients";
import { kmsuserSecretOf, passwordLengthOf, permitUserManagement } from "./user-management";
import { HsmType, IHsmCluster, ScheduledHsms, UserInput } from "./hsm-cluster-interface";
import { HsmRoots } from "./hsm-identity-check";
import { initializeCluster } from "./initialization";
import { IHsmNetwork } from "../network";
import { firstPlaces, HsmPlace, hsmPlaces } from "./hsm-placement";
import { removalRecord } from "./scheduled-removal-record";

export type { HsmType, IHsmCluster, ScheduledHsms, UserInput } from "./hsm-cluster-interface";

const HSM_TYPE: HsmType = "hsm2m.medium";
/** The support of hsm1.medium ended on 2026-03-31: «Deprecation notifications», AWS CloudHSM User Guide. */
const HSM_TYPE_RIGHT =
  "hsm2m.medium: AWS makes no hsm1.medium any more, whose support ended on 2026-03-31, and moves existing ones to hsm2m.medium";

/** `FIPS`: only FIPS-validated keys and algorithms. Source: «Cluster modes», AWS CloudHSM User Guide. */
export type ClusterMode = "FIPS" | "NON_FIPS";

/** Said where a cluster of another region is restored. */
const COMES_BACK =
  "Comes back from the copy: HSM users and the keys that crypto users have made, as of the backup. Does not: KMS keys of the lost region's key store, what they have encrypted, and the data of file systems. See docs/disaster-recovery.md.";

/** What a new cluster and a restored one have in common. */
export interface HsmClusterBaseProps extends NameProps, AwsProps {
  /** The cluster's subnets. */
  readonly network: IHsmNetwork;
  /**
   * Number of HSMs in each availability zone, by the name of the zone; zones that are left out have none. HSMs must be in at least two
   * zones, 28 in all at most: «Quotas», AWS CloudHSM User Guide. It changes in place. New HSMs are clones with all users and keys. On a
   * cluster with a key store, an HSM is deleted only while two others are ACTIVE in two zones.
   * @default one in each zone of the network
   */
  readonly hsms?: Record<string, number>;
  /** The operator that initialises and activates the cluster and creates its users. */
  readonly operator: ClusterOperator;
  /**
   * Type of the HSMs. A cluster that was created as hsm1.medium, which AWS has since moved to hsm2m.medium, takes the new value without a
   * change.
   * @default "hsm2m.medium"
   */
  readonly hsmType?: HsmType;
  /**
   * Mode of the cluster, which determines the keys and algorithms that its HSMs allow: «Cluster modes», AWS CloudHSM User Guide. It cannot
   * change.
   * @default "FIPS"
   */
  readonly mode?: ClusterMode;
  /**
   * Length of the passwords of `admin` and `kmsuser` in characters, 7 to 32. It applies to passwords that are generated from then on.
   * @default 32
   */
  readonly passwordLength?: number;
  /**
   * Days after which Secrets Manager rotates the password of `admin`, 1 to 1,000. A backup keeps the password of its day: who restores one
   * needs it, and Secrets Manager keeps about a hundred versions of a secret that have no label any more. Where a schedule leaves no HSM at
   * that time, it tries again.
   * @default none: it is rotated where somebody runs `rotate-admin-password`
   */
  readonly adminPasswordRotationDays?: number;
  /**
   * Days that the cluster's backups are kept, 7 to 379: ModifyCluster, AWS CloudHSM API Reference.
   * @default AWS's, 90 for a new cluster
   */
  readonly backupRetentionDays?: number;
  /**
   * Number of HSMs that an `HsmSchedule` never removes; 0 only without a key store. The operator, not Terraform, manages the others: it
   * creates them in the first deploy and deletes them in a destroy, and a plan shows no drift while they are removed.
   * @default all: no schedule removes any
   */
  readonly keep?: number;
  /**
   * Permits the operator to create HSMs that are missing, with its action `ensure-hsms`.
   * @default false
   */
  readonly hsmsOnDemand?: boolean;
  /**
   * Permits the operator to exempt single backups from expiry, and to delete and restore backups, for `safe-storage backups`. AWS cannot restrict
   * this to the backups of one cluster; the operator refuses the backups of other clusters, and the newest backup.
   * @default false
   */
  readonly backupsOnDemand?: boolean;
  /**
   * What a destroy does with the cluster and its HSMs.
   * @default "retain"
   */
  readonly deletionPolicy?: DeletionPolicy;
}

export interface HsmClusterProps extends HsmClusterBaseProps {
  /** Signs the cluster's CSR: a `CertificateAuthority`, an `ExternalSigner` or an `AcmPcaSigner`. */
  readonly signer: ClusterSigner;
  /**
   * Pinned root certificates that prove that the first HSM is real before its CSR is signed; `false` skips the check.
   * @default none, and then a plan says what is missing
   */
  readonly identityCheck?: HsmRoots | false;
}

/** Type, mode and users are the backup's: CreateCluster, AWS CloudHSM API Reference. */
export interface RestoredHsmClusterProps extends HsmClusterBaseProps, BackupOrigin {
  /**
   * Id of a READY backup in this region, `backup-` and eleven to sixteen characters, or the ARN of a backup that another account shares;
   * `BackupReplication.newestCopy` finds the newest copy. It is used only when the cluster is created.
   */
  readonly sourceBackupId: string;
}

/** An activated CloudHSM cluster with an HSM in each availability zone of its network, and `kmsuser` on all HSMs. */
export class HsmCluster extends Construct implements IHsmCluster {
  /** Id of the cluster, `cluster-` and eleven characters. */
  readonly clusterId: string;
  /** PEM of the CA's certificate. */
  readonly trustAnchor: string;
  /** ARN of the secret with the admin's password, which is generated in AWS and is in no state. */
  readonly adminSecretArn: string;
  /** ARN of the secret with the first password of `kmsuser`, which is invalid once KMS has connected. */
  readonly kmsuserSecretArn: string;
  /**
   * Name of the secret in which the operator keeps the trust anchor, for clients and for clusters that are restored from backups. Terraform
   * does not manage the secret, so no destroy deletes it.
   */
  readonly trustAnchorSecretName: string;
  /** Security group that AWS created for the cluster. KMS needs its rules unchanged. */
  readonly securityGroupId: string;
  /** Dependencies: once they are met, the cluster has its users and at least two HSMs. */
  readonly ready: ITerraformDependable[];
  /** Event members that actions on HSM users need. */
  readonly userInput: UserInput;
  readonly scheduled?: ScheduledHsms;
  readonly hsmTargets: Record<string, number> = {};
  /**
   * Of a cluster with a `sourceClusterId`, known at deploy: JSON of the users who were made there after the backup (`missing`) or deleted
   * (`stale`), as of the last note that was replicated.
   */
  readonly userDifferences?: string;
  private readonly operator: ClusterOperator;

  /**
   * A cluster from a backup: with its users, keys and trust anchor, without initialisation and activation. The admin's
   * password is the backup's: it is taken from the replica of the secret of `sourceClusterId`, or it must be in the secret
   * `adminSecretArn` (where the cluster of this stack was lost, it is), else the deploy stops and says so. `kmsuser` gets a new
   * password. Source: «Creating clusters from backups», AWS CloudHSM User Guide.
   */
  static fromBackup(scope: Construct, id: string, props: RestoredHsmClusterProps): HsmCluster {
    return new HsmCluster(scope, id, props);
  }

  /**
   * An existing, activated cluster. `kmsuser` is created on it. It is refused if it cannot have a key store: if it is not ACTIVE, has fewer
   * than two HSMs in two availability zones, or has a `kmsuser` that this deployment did not create.
   */
  static fromExisting(scope: Construct, id: string, props: ExistingHsmClusterProps): IHsmCluster {
    return new ExistingHsmCluster(scope, id, props);
  }

  /** Use `fromBackup` for a cluster that is restored. */
  constructor(scope: Construct, id: string, props: HsmClusterProps | RestoredHsmClusterProps) {
    super(scope, id);
    const { network, operator } = props;
    this.operator = operator;
    applyAwsProps(this, props);
    const deletionPolicy = deletionPolicyOf(this, props);
    const hsmType = this.hsmTypeOf(props);
    const mode = this.modeOf(props);
    checkFlags(this, { hsmsOnDemand: props.hsmsOnDemand, backupsOnDemand: props.backupsOnDemand });
    const restored = "sourceBackupId" in props ? props : undefined;
    if (restored) this.checkSourceBackup(restored);
    const passwordLength = passwordLengthOf(this, props.passwordLength);
    const { adminPasswordRotationDays: rotationDays } = props;
    if (rotationDays !== undefined)
      checkRange(this, "adminPasswordRotationDays", rotationDays, 1, 1000, "days");

    const cluster = new CloudhsmV2Cluster(this, "cluster", {
      hsmType,
      mode,
      subnetIds: network.subnets.map((s) => s.subnetId),
      sourceBackupIdentifier: restored?.sourceBackupId,
      tags: { Name: nameOf(this, props) },
      // Both apply when the cluster is created: later Terraform would create another one, and AWS itself moves a cluster of hsm1.medium.
      lifecycle: { ignoreChanges: ["source_backup_identifier", "hsm_type"] },
    });
    this.clusterId = cluster.clusterId;
    this.securityGroupId = cluster.securityGroupId;
    // Before any HSM and its guard, which depend on the permissions that the operator has by then.
    const secretName = `safe-storage/${this.clusterId}`;
    const adminSecret = operator.secret(
      "admin-secret",
      `${secretName}/admin`,
      "Password of the HSM user admin",
      undefined,
      rotationDays === undefined ? undefined : { "safe-storage:cluster": this.clusterId },
    );
    if (rotationDays === undefined)
      acceptFindings(adminSecret, {
        CKV2_AWS_57: "A rotation needs HSMs at the time it is due: adminPasswordRotationDays turns it on.",
      });
    this.adminSecretArn = adminSecret.arn;
    this.kmsuserSecretArn = kmsuserSecretOf(operator, this.clusterId);
    this.trustAnchorSecretName = `${secretName}/trust-anchor`;
    this.permitOperator(props);

    const places = hsmPlaces(this, network.subnets, props.hsms);
    for (const { availabilityZone: zone } of places) this.hsmTargets[zone] = (this.hsmTargets[zone] ?? 0) + 1;
    const kept = props.keep === undefined ? places : this.keptPlaces(places, props.keep);
    this.scheduled = this.scheduledHsms(props.keep, places, kept, hsmType);
    const { clusterId } = this;
    const hsms = new ClusterHsms(this, {
      clusterId,
      operator,
      deletionPolicy,
      recordArn: this.scheduled?.recordArn,
    });
    const firstPlace = kept[0] ?? places[0];
    const first = kept.length > 0 ? hsms.byTerraform(firstPlace) : hsms.byOperator("first-hsm", [firstPlace]);
    applyDeletionPolicy(deletionPolicy, cluster);
    refuseReplacement(
      this,
      cluster,
      {
        hsmType,
        mode,
        subnets: network.subnets.map((s) => `${s.availabilityZone} ${s.cidrBlock}`).join(", "),
        ...("signer" in props && { signer: props.signer.kind }),
      },
      "AWS would make another cluster, without the keys of this one",
      // AWS moves such clusters: «Migrating from hsm1.medium to hsm2m.medium», AWS CloudHSM User Guide.
      { movedByAws: { hsmType: "hsm1.medium" } },
    );

    const origin = restored && originOf(this, operator, restored);
    this.trustAnchor = origin ? origin.trustAnchor : (props as HsmClusterProps).signer.trustAnchor;
    const { trustAnchor, adminSecretArn, kmsuserSecretArn } = this;
    this.userInput = { clusterId, trustAnchor, adminSecretArn, kmsuserSecretArn, passwordLength };
    const activated = origin
      ? this.activateRestored(first, origin)
      : this.activateNew(first, props as HsmClusterProps);
    // The kmsuser in a backup has a password that only KMS knew.
    const kmsuserInput = { ...this.userInput, ...(origin && { adopt: true }) };
    const kmsuser = operator.invoke("create-kmsuser", "create-kmsuser", kmsuserInput, {
      dependsOn: [activated],
    });
    if (origin?.usersSecretArn) this.userDifferences = this.compareUsers(origin.usersSecretArn, kmsuser);

    // AWS synchronises keys between HSMs, but not users. An HSM joins as a clone, of one that has all users already.
    // See docs/decisions/0003-hsms-join-after-the-users.md.
    const others = kept.slice(1).map((place) => hsms.byTerraform(place, [kmsuser]));
    const further = places.filter((place) => !kept.includes(place) && place !== firstPlace);
    if (further.length > 0) others.push(hsms.byOperator("further-hsms", further, [kmsuser]));
    if (rotationDays !== undefined) {
      const mayRead = permitTrustAnchor(operator, this.trustAnchorSecretName);
      operator.rotate(this, "admin-rotation", adminSecret, rotationDays, [kmsuser, ...others, mayRead]);
    }
    // Again whenever HSMs are added or removed.
    const hsmAddresses = places.map((p) => p.ipAddress);
    const checkInput = { clusterId, trustAnchor, hsmAddresses };
    operator.invoke("check-users", "check-users", checkInput, { dependsOn: [kmsuser, ...others] });
    const guarded = { clusterId, resource: `cluster ${clusterId}` };
    const guard = operator.guard(this, deletionPolicy, guarded, [first, kmsuser, ...others], "guard-cluster");
    // The guards, too: a destroy deletes the key store before it invokes them, and stops before them if the store has keys.
    this.ready = [kmsuser, ...others, guard, ...hsms.guards];
    retainBackups(this, operator, clusterId, props.backupRetentionDays, [activated]);
  }

  allowFrom(securityGroup: SecurityGroup | string, id?: string): void {
    allowHsmClients(this, this.securityGroupId, securityGroup, id);
  }

  private hsmTypeOf({ hsmType = HSM_TYPE }: HsmClusterBaseProps): HsmType {
    check(this, "hsmType", hsmType, (t) => t === HSM_TYPE, HSM_TYPE_RIGHT);
    return hsmType;
  }

  private modeOf({ mode = "FIPS" }: HsmClusterBaseProps): ClusterMode {
    check(this, "mode", mode, (m) => m === "FIPS" || m === "NON_FIPS", "FIPS or NON_FIPS");
    return mode;
  }

  private checkSourceBackup({ sourceBackupId }: RestoredHsmClusterProps): void {
    check(
      this,
      "sourceBackupId",
      sourceBackupId,
      // Source: BackupId and BackupArn, AWS CloudHSM API Reference.
      (b) => /^(arn:.*:backup\/)?backup-[2-7a-zA-Z]{11,16}$/.test(b),
      "a backup's id, such as backup-abcdefghijk, or its ARN",
    );
  }

  private permitOperator({ hsmsOnDemand, backupsOnDemand }: HsmClusterBaseProps): void {
    const { operator, clusterId } = this;
    permitUserManagement(operator, [this.adminSecretArn, this.kmsuserSecretArn]);
    permitInitialization(operator, clusterId, this.trustAnchorSecretName);
    operator.reachHsms(this.securityGroupId);
    if (hsmsOnDemand) permitHsmsOnDemand(operator, clusterId);
    if (backupsOnDemand) permitBackupsOnDemand(operator);
  }

  private keptPlaces(places: HsmPlace[], keep: number): HsmPlace[] {
    checkKnown(this, "keep", keep, "a number of HSMs");
    checkRange(this, "keep", keep, 0, places.length - 1, "HSMs, fewer than there are,");
    return firstPlaces(places, keep);
  }

  private scheduledHsms(
    keep: number | undefined,
    places: HsmPlace[],
    kept: HsmPlace[],
    hsmType: HsmType,
  ): ScheduledHsms | undefined {
    if (keep === undefined) return undefined;
    const recordArn = removalRecord(this, this.operator, this.clusterId);
    return { count: places.length, hsmType, keep, keptAddresses: kept.map((p) => p.ipAddress), recordArn };
  }

  private activateNew(
    firstHsm: ITerraformDependable,
    { signer, identityCheck }: HsmClusterProps,
  ): ITerraformDependable {
    const { clusterId, operator, trustAnchorSecretName } = this;
    const cluster = { clusterId, firstHsm, operator, signer, identityCheck, trustAnchorSecretName };
    const initialized = initializeCluster(this, cluster);
    return operator.invoke("activate", "activate", this.userInput, { attempts: 2, dependsOn: [initialized] });
  }

  /** It is active already: the operator finds the admin's password, and keeps the trust anchor. */
  private activateRestored(firstHsm: ITerraformDependable, origin: OriginOfBackup): ITerraformDependable {
    if (origin.usersSecretArn) Annotations.of(this).addInfo(COMES_BACK);
    const input = {
      ...this.userInput,
      trustAnchorSecret: this.trustAnchorSecretName,
      ...(origin.adminSecretArn && { sourceAdminSecretArn: origin.adminSecretArn }),
    };
    return this.operator.invoke("activate", "activate", input, { attempts: 2, dependsOn: [firstHsm] });
  }

  private compareUsers(usersSecretArn: string, kmsuser: ITerraformDependable): string {
    const { clusterId, trustAnchor, operator } = this;
    const input = { clusterId, trustAnchor, usersSecretArn };
    return operator.invoke("compare-users", "compare-users", input, { dependsOn: [kmsuser] }).result;
  }
}
