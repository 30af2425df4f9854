// Copies of a cluster's backups in other regions, and what a cluster that is restored from them needs there.

import { DataAwsLambdaInvocation } from "@cdktf/provider-aws/lib/data-aws-lambda-invocation";
import { Fn, TerraformProvider, Token } from "cdktf";
import { Construct } from "constructs";
import {
  AwsProps,
  applyAwsProps,
  NameProps,
  nameOf,
  CLOUDHSM_REGIONS,
  check,
  checkClusterId,
  checkKnown,
  checkList,
  checkRange,
  refuse,
} from "../private";
import { BackupCopies, copierName } from "./backup-copier";
import { HOURS_BETWEEN_BACKUPS } from "./copy-rate";
import { ClusterOperator, NotificationTargets } from "../operator";
import { IHsmCluster } from "../cluster";
import { replicateSecrets, secretsToReplicate } from "./secret-replication";

/** A region that holds copies. Its notifications are sent from that region, so they arrive even if the cluster's own region is lost. */
export interface BackupDestination extends NotificationTargets {
  /** Name of the region; it must differ from the cluster's region. */
  readonly region: string;
  /** The AWS provider of that region. */
  readonly provider: TerraformProvider;
  /**
   * Number of copies to keep, 1 to 100; the newest are kept. A copy that never expires (`NeverExpires`) is kept and not counted.
   * @default 7
   */
  readonly copies?: number;
  /**
   * Age in days after which a copy is deleted, 1 to 3650. The newest copy is always kept.
   * @default 90
   */
  readonly copyDays?: number;
}

/** Properties of `BackupReplication`. */
export interface BackupReplicationProps extends NameProps, AwsProps {
  /** The cluster whose backups are copied. */
  readonly cluster: IHsmCluster;
  /** The cluster's operator. It has Secrets Manager replicate the admin's password and the trust anchor to the destinations. */
  readonly operator: ClusterOperator;
  /** Regions to which backups are copied; one or more. */
  readonly destinations: BackupDestination[];
  /**
   * Recovery point objective in hours: maximum age of the newest copy, 25 to 720. AWS takes one backup a day, so a smaller value cannot be
   * met. The schedule follows from it: four attempts in the time that remains beyond one day.
   * @default 30
   */
  readonly recoveryPointHours?: number;
}

/** Properties of a lookup of the newest copy. */
export interface NewestCopyProps extends NameProps, Pick<AwsProps, "provider"> {
  /** The cluster whose backups were copied, `cluster-` and eleven to sixteen characters. */
  readonly sourceClusterId: string;
}

/**
 * Copies the newest backup of a cluster to other regions, on a schedule; verifies that the copy is READY, then deletes old ones, never
 * the last. An alarm in each destination goes off when the newest copy is older than the objective, another when copying fails. The
 * admin's password, the trust anchor and a note of who the users are get replicated, so that `HsmCluster.fromBackup` needs nothing of
 * the lost region. Copies outlive a destroy.
 */
export class BackupReplication extends Construct {
  /** Names of the functions that copy, by region. */
  readonly functionNames: Record<string, string> = {};
  /** ARNs of the KMS keys that encrypt the replicated secrets, by region. */
  readonly encryptionKeyArns: Record<string, string> = {};

  /**
   * The id of the newest READY copy in a destination, which a plan asks of the function that copies there. For `sourceBackupId` of
   * `HsmCluster.fromBackup`, where it counts when the cluster is made and is pinned from then on. `name` is that of the replication.
   */
  static newestCopy(scope: Construct, id: string, props: NewestCopyProps): string {
    const { sourceClusterId, provider } = props;
    const at = new Construct(scope, id);
    checkClusterId(at, "sourceClusterId", sourceClusterId);
    const found = new DataAwsLambdaInvocation(at, "newest-copy", {
      provider,
      functionName: copierName(nameOf(at, props)),
      input: Fn.jsonencode({ action: "newest-copy", clusterId: sourceClusterId }),
    });
    return Token.asString(Fn.lookupNested(Fn.jsondecode(found.result), ["newest", "BackupId"]));
  }

  constructor(scope: Construct, id: string, props: BackupReplicationProps) {
    super(scope, id);
    applyAwsProps(this, props);
    const name = nameOf(this, props);
    const { cluster, operator, destinations, recoveryPointHours = 30 } = props;
    checkRange(this, "recoveryPointHours", recoveryPointHours, HOURS_BETWEEN_BACKUPS + 1, 720, "hours");
    checkList(this, "destinations", destinations, "one or more");
    if (destinations.length === 0) refuse(this, "destinations", destinations, "one or more");
    const regions = destinations.map((d) => d.region);
    const secrets = secretsToReplicate(this, name, operator, cluster);
    for (const [i, { region, copies = 7, copyDays = 90, provider, ...targets }] of destinations.entries()) {
      const prop = `destinations[${i}]`;
      checkKnown(this, `${prop}.region`, region, "a region");
      check(
        this,
        `${prop}.region`,
        region,
        (r) => CLOUDHSM_REGIONS.includes(r) && r !== operator.region,
        `another region than ${operator.region} that has AWS CloudHSM`,
      );
      if (regions.indexOf(region) < i) refuse(this, `${prop}.region`, region, "given once");
      checkRange(this, `${prop}.copies`, copies, 1, 100, "copies");
      checkRange(this, `${prop}.copyDays`, copyDays, 1, 3650, "days");
      const { tags, permissionsBoundary } = props;
      const made = new BackupCopies(this, region, {
        ...operator.runsOn,
        provider,
        tags,
        permissionsBoundary,
        name,
        region,
        clusterId: cluster.clusterId,
        sourceRegion: operator.region,
        copies,
        copyDays,
        recoveryPointHours,
        targets,
        dependsOn: cluster.ready,
      });
      this.functionNames[region] = made.functionName;
      this.encryptionKeyArns[region] = made.encryptionKeyArn;
      replicateSecrets(operator, secrets, region, made.encryptionKeyArn);
    }
  }
}
