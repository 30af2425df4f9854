// Alarms for what KMS and CloudHSM have none: missing HSMs, a key store that has lost its cluster, backups that stop.

import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import {
  AwsProps,
  applyAwsProps,
  NameProps,
  nameOf,
  checkKnown,
  checkList,
  checkMap,
  checkRange,
} from "../private";
import { ClusterOperator, Notifications, SCHEDULED_TIME, scheduleRuns } from "../operator";
import { ICustomKeyStore, IHsmKey } from "../key-store";
import { healthDashboard } from "./health-dashboard";
import { BACKUP_HOURS, CERTIFICATE_DAYS } from "./health-thresholds";
import { IHsmCluster } from "../cluster";
import { IOntapFileSystem } from "../storage";

/** Properties of `ClusterHealth`. */
export interface ClusterHealthProps extends NameProps, AwsProps {
  /** The cluster that is monitored. */
  readonly cluster: IHsmCluster;
  /** The cluster's operator, which checks it. */
  readonly operator: ClusterOperator;
  /**
   * Number of HSMs that each availability zone should have, by the name of the zone.
   * @default the cluster's own; of somebody else's cluster none are counted
   */
  readonly hsms?: Record<string, number>;
  /**
   * The key store on the cluster, which should be connected.
   * @default none is looked at
   */
  readonly keyStore?: ICustomKeyStore;
  /**
   * Keys in the key store, which should be enabled and usable. The operator may have KMS generate a data key with each, and never sees it.
   * @default none is looked at
   */
  readonly keys?: IHsmKey[];
  /**
   * File systems that these keys encrypt, which should be available.
   * @default none is looked at
   */
  readonly fileSystems?: IOntapFileSystem[];
  /**
   * Recipients of notifications when an alarm changes its state.
   * @default nobody: they are in CloudWatch only
   */
  readonly notifications?: Notifications;
  /**
   * Interval between checks in minutes, 5 to 60.
   * @default 15
   */
  readonly everyMinutes?: number;
  /**
   * Maximum age of the newest backup in hours, 25 to 720; AWS takes one a day.
   * @default 26
   */
  readonly backupHours?: number;
  /**
   * Days before the expiry of the trust anchor or the cluster's certificate at which the alarm is raised, 1 to 3650. Neither can be renewed.
   * @default 90
   */
  readonly certificateDays?: number;
}

interface Alarm {
  /** What it looks at; of the cluster unless `dimensions` says otherwise. */
  metric: string;
  /** @default 0 */
  above?: number;
  /** Instead of `above`. */
  below?: number;
  /** @default "Maximum" */
  statistic?: "Sum";
  dimensions?: Record<string, string>;
  /** @default "ignore": missing data is reported by one alarm, so the others ignore it */
  missing?: "breaching" | "notBreaching";
  description: string;
}

/**
 * Monitors a cluster, its HSMs, its key store, the keys in it and the file systems that they encrypt, with an alarm for each thing that can
 * be wrong. The description of an alarm says what it means and what to do. A dashboard shows all of it. HSMs that an `HsmSchedule` has
 * removed do not count as missing.
 */
export class ClusterHealth extends Construct {
  /** Names of the alarms. */
  readonly alarmNames: string[] = [];
  /** Name of the dashboard in CloudWatch. */
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, props: ClusterHealthProps) {
    super(scope, id);
    applyAwsProps(this, props);
    const name = nameOf(this, props);
    const {
      cluster,
      operator,
      keyStore,
      keys = [],
      fileSystems = [],
      notifications,
      hsms = cluster.hsmTargets,
    } = props;
    const { everyMinutes = 15, backupHours = BACKUP_HOURS, certificateDays = CERTIFICATE_DAYS } = props;
    checkRange(this, "everyMinutes", everyMinutes, 5, 60, "minutes");
    checkRange(this, "backupHours", backupHours, 25, 720, "hours");
    checkRange(this, "certificateDays", certificateDays, 1, 3650, "days");
    checkList(this, "keys", keys, "a list of keys");
    checkList(this, "fileSystems", fileSystems, "a list of file systems");
    if (hsms !== undefined) {
      checkMap(this, "hsms", hsms, "numbers of HSMs by availability zone");
      checkKnown(this, "hsms", hsms, "numbers of HSMs by availability zone");
    }
    for (const [zone, count] of Object.entries(hsms ?? {}))
      checkRange(this, `hsms.${zone}`, count, 0, 28, "HSMs");

    const allowed = operator.allow("health", [
      { Action: ["cloudhsm:DescribeClusters", "cloudhsm:DescribeBackups"], Resource: "*" }, // AWS has no resource for them
      ...(keyStore ? [{ Action: ["kms:DescribeCustomKeyStores"], Resource: "*" }] : []), // nor for this
      ...(keys.length > 0
        ? [
            {
              Action: ["kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"],
              Resource: keys.map((k) => k.keyArn),
            },
          ]
        : []),
      ...(fileSystems.length > 0 ? [{ Action: ["fsx:DescribeFileSystems"], Resource: "*" }] : []), // nor for this
    ]);
    const reached = fileSystems.length > 0 ? operator.reach("fsx") : [];
    const input = {
      clusterId: cluster.clusterId,
      trustAnchor: cluster.trustAnchor,
      ...(hsms && { hsmCounts: hsms }),
      ...(cluster.scheduled && { hsmRecordArn: cluster.scheduled.recordArn }),
      ...(keyStore && { keyStoreId: keyStore.customKeyStoreId }),
      ...(keys.length > 0 && { keyIds: keys.map((k) => k.keyArn) }),
      ...(fileSystems.length > 0 && { fileSystemIds: fileSystems.map((f) => f.fileSystemId) }),
    };
    const first = operator.invoke("check-health", "check-health", input, {
      dependsOn: [allowed, ...reached, ...cluster.ready, ...(keyStore?.connected ?? [])],
    });
    scheduleRuns(this, {
      operator,
      groupName: `${name}-health`,
      runs: [
        {
          name: "check",
          description: `Looks at the health of ${name}`,
          expression: `rate(${everyMinutes} minutes)`,
          input: { ...input, action: "check-health", scheduledTime: SCHEDULED_TIME },
        },
      ],
      timeZone: "UTC",
      notifications,
      dependsOn: [first],
      alarmName: `${name}-health-check-failed`,
      alarmDescription: `Every attempt of a scheduled health check of cluster ${cluster.clusterId} has failed. The queue of failed events and the log of the operator have the reason. Fix it, then delete the messages in the queue.`,
    });
    const what = `cluster ${cluster.clusterId}`;
    const zones = Object.keys(hsms ?? {});
    const missing = (zone: string): Alarm => ({
      metric: "HsmsMissing",
      dimensions: { AvailabilityZone: zone },
      description: `${what} has fewer HSMs in ${zone} than declared. With one HSM left in all zones, existing keys can be used, but no keys can be created; without HSMs, no key can be used. AWS replaces a failed HSM automatically; safe-storage deploy recreates a deleted one.`,
    });
    const alarms: Record<string, Alarm> = {
      ...Object.fromEntries(zones.map((zone) => [`hsms-missing-${zone}`, missing(zone)])),
      "hsms-unhealthy": {
        metric: "HsmsUnhealthy",
        description: `${what} or one of its HSMs is DEGRADED. AWS repairs it. If it is still DEGRADED after an hour, contact AWS Support, and add an HSM in another zone meanwhile (setting cluster.hsms).`,
      },
      ...(keyStore && {
        "key-store-down": {
          metric: "KeyStoreDown",
          description: `The key store on ${what} is not CONNECTED: data that its keys encrypt cannot be read. safe-storage status and the log of the operator show the ConnectionErrorCode; docs/operations.md explains each. safe-storage deploy reconnects the key store.`,
        },
      }),
      ...(keys.length > 0 && {
        "keys-unusable": {
          metric: "KeysUnusable",
          description: `A KMS key in the key store on ${what} is disabled or pending deletion. If that was a mistake, run aws kms cancel-key-deletion, then aws kms enable-key. The log of the operator has the key id.`,
        },
        "connection-lost": {
          metric: "KeysSilent",
          description: `A KMS key on ${what} is enabled and its key store is CONNECTED, but the key cannot be used: KMS has lost its connection to the cluster. Check that HSMs are ACTIVE and that the rules of the cluster's security group are as AWS created them; safe-storage deploy repairs both. Then disconnect the key store and deploy again. The log of the operator has the error from KMS.`,
        },
      }),
      ...(fileSystems.length > 0 && {
        "file-system-misconfigured": {
          metric: "FileSystemsMisconfigured",
          description: `A file system whose key is in the key store on ${what} is MISCONFIGURED, FAILED or deleted. A file system is MISCONFIGURED while its key or its network cannot be reached: resolve the other alarms first, and FSx recovers within minutes. The log of the operator has the id of the file system and the reason from FSx. If it does not recover, contact AWS Support.`,
        },
      }),
      "backup-old": {
        metric: "BackupAge",
        above: backupHours * 3600,
        description: `The newest READY backup of ${what} is older than ${backupHours} hours. AWS takes one a day; contact AWS Support if it does not. Adding an HSM and removing it takes a backup at once.`,
      },
      "certificate-ends": {
        metric: "CertificateDays",
        below: certificateDays,
        description: `The trust anchor or the certificate of ${what} expires in fewer than ${certificateDays} days. Neither can be renewed: plan a new cluster, and move the data that its keys encrypt.`,
      },
      "operator-errors": {
        metric: "Failures",
        statistic: "Sum",
        dimensions: { Function: operator.functionName },
        missing: "notBreaching",
        description: `An action of the operator ${operator.functionName} has failed. Its log has the error; docs/operations.md explains each. Lambda retries scheduled runs twice. The alarm clears when no further action fails.`,
      },
      "health-unknown": {
        metric: "Checks",
        below: 1,
        statistic: "Sum",
        missing: "breaching",
        description: `The health of ${what} has not been checked recently, so its other alarms may be wrong. Check the schedule ${name}-health/check and the log of the operator.`,
      },
    };
    for (const [suffix, alarm] of Object.entries(alarms)) {
      this.alarmNames.push(`${name}-${suffix}`);
      new CloudwatchMetricAlarm(this, suffix, {
        alarmName: `${name}-${suffix}`,
        alarmDescription: alarm.description,
        namespace: "SafeStorage/Operator",
        metricName: alarm.metric,
        dimensions: alarm.dimensions?.Function
          ? alarm.dimensions
          : { Cluster: cluster.clusterId, ...alarm.dimensions },
        statistic: alarm.statistic ?? "Maximum",
        period: everyMinutes * 60 * 2,
        evaluationPeriods: 1,
        threshold: alarm.below ?? alarm.above ?? 0,
        comparisonOperator: alarm.below === undefined ? "GreaterThanThreshold" : "LessThanThreshold",
        treatMissingData: alarm.missing ?? "ignore",
        alarmActions: notifications?.topicArns,
        okActions: notifications?.topicArns,
        dependsOn: [first],
      });
    }
    this.alarmNames.push(`${name}-health-check-failed`);
    this.dashboardName = healthDashboard(this, {
      name,
      operator,
      clusterId: cluster.clusterId,
      zones,
      alarmNames: this.alarmNames,
      backupHours,
      certificateDays,
    });
  }
}
