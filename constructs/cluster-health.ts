// Alarms on what KMS and CloudHSM have no alarm for: HSMs that are gone, a key store that has lost its cluster, backups that stop.

import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import { AwsProps, applyAwsProps } from "./aws-props";
import { ClusterOperator } from "./cluster-operator";
import { ICustomKeyStore } from "./custom-key-store";
import { IHsmCluster } from "./hsm-cluster";
import { IHsmKey } from "./hsm-key";
import { NameProps, nameOf } from "./name";
import { Notifications } from "./notifications";
import { SCHEDULED_TIME, scheduleRuns } from "./scheduled-runs";
import { checkRange } from "./validation";

/** What a `ClusterHealth` is made of. */
export interface ClusterHealthProps extends NameProps, AwsProps {
  /** Whose health. */
  readonly cluster: IHsmCluster;
  /** Looks; the cluster's. */
  readonly operator: ClusterOperator;
  /**
   * How many HSMs there shall be in each availability zone, by its name.
   * @default the cluster's own; of somebody else's cluster none are counted
   */
  readonly hsms?: Record<string, number>;
  /**
   * The key store on it, which shall be connected.
   * @default none is looked at
   */
  readonly keyStore?: ICustomKeyStore;
  /**
   * Its keys, which shall be enabled.
   * @default none is looked at
   */
  readonly keys?: IHsmKey[];
  /**
   * Whom the alarms tell.
   * @default nobody: they are in CloudWatch only
   */
  readonly notifications?: Notifications;
  /**
   * How often it looks, in minutes, 5 to 60.
   * @default 15
   */
  readonly everyMinutes?: number;
  /**
   * How old the newest backup may get, in hours, 25 to 720: AWS takes one a day.
   * @default 26
   */
  readonly backupHours?: number;
  /**
   * How many days before the end of the trust anchor or the cluster's certificate the alarm goes off, 1 to 3650. Neither can be changed.
   * @default 90
   */
  readonly certificateDays?: number;
}

interface Alarm {
  metric: string;
  comparison: "GreaterThanThreshold" | "LessThanThreshold";
  threshold: number;
  statistic?: "Sum";
  missing?: "breaching";
  description: string;
}

/**
 * Looks at a cluster, its HSMs, its key store and the keys in it, and raises an alarm for each thing that is wrong: what it means and what
 * to do is in its description. HSMs that an `HsmSchedule` has put away are not missing.
 */
export class ClusterHealth extends Construct {
  /** Names of the alarms. */
  readonly alarmNames: string[] = [];

  constructor(scope: Construct, id: string, props: ClusterHealthProps) {
    super(scope, id);
    applyAwsProps(this, props);
    const name = nameOf(this, props);
    const { cluster, operator, keyStore, keys = [], notifications, hsms = cluster.hsmTargets } = props;
    const { everyMinutes = 15, backupHours = 26, certificateDays = 90 } = props;
    checkRange(this, "everyMinutes", everyMinutes, 5, 60, "minutes");
    checkRange(this, "backupHours", backupHours, 25, 720, "hours");
    checkRange(this, "certificateDays", certificateDays, 1, 3650, "days");
    for (const [zone, count] of Object.entries(hsms ?? {}))
      checkRange(this, `hsms.${zone}`, count, 0, 28, "HSMs");

    const allowed = operator.allow("health", [
      { Action: ["cloudhsm:DescribeClusters", "cloudhsm:DescribeBackups"], Resource: "*" }, // AWS has no resource for them
      ...(keyStore ? [{ Action: ["kms:DescribeCustomKeyStores"], Resource: "*" }] : []), // nor for this
      ...(keys.length > 0 ? [{ Action: ["kms:DescribeKey"], Resource: keys.map((k) => k.keyArn) }] : []),
    ]);
    const input = {
      clusterId: cluster.clusterId,
      trustAnchor: cluster.trustAnchor,
      ...(hsms && {
        hsms: Object.entries(hsms)
          .map(([zone, count]) => `${zone}=${count}`)
          .join(" "),
      }),
      ...(cluster.scheduled && { hsmRecordArn: cluster.scheduled.recordArn }),
      ...(keyStore && { keyStoreId: keyStore.customKeyStoreId }),
      ...(keys.length > 0 && { keyIds: keys.map((k) => k.keyArn) }),
    };
    const first = operator.invoke("check-health", "check-health", input, {
      dependsOn: [allowed, ...cluster.ready, ...(keyStore?.connected ?? [])],
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
      alarmDescription: `Looking at the health of cluster ${cluster.clusterId} failed in all its attempts. The queue of failed events and the log of the operator say why. Then delete the messages of the queue.`,
    });
    const what = `cluster ${cluster.clusterId}`;
    const alarms: Record<string, Alarm> = {
      "hsms-missing": {
        metric: "HsmsMissing",
        comparison: "GreaterThanThreshold",
        threshold: 0,
        description: `An availability zone of ${what} has fewer HSMs than were asked for. With one HSM left its key store works and makes no new keys; with none no key works. AWS replaces a broken HSM by itself; where one was deleted, scripts/deploy makes it again.`,
      },
      "hsms-unhealthy": {
        metric: "HsmsUnhealthy",
        comparison: "GreaterThanThreshold",
        threshold: 0,
        description: `${what} or an HSM of it is DEGRADED. AWS is at work on it; where it stays so for an hour, ask AWS Support, and add an HSM in another zone meanwhile (setting hsms).`,
      },
      ...(keyStore && {
        "key-store-down": {
          metric: "KeyStoreDown",
          comparison: "GreaterThanThreshold" as const,
          threshold: 0,
          description: `The key store on ${what} is not CONNECTED: nothing that its keys have encrypted can be read. The log of the operator has the ConnectionErrorCode, docs/operations.md what each wants; scripts/deploy connects it again.`,
        },
      }),
      ...(keys.length > 0 && {
        "keys-unusable": {
          metric: "KeysUnusable",
          comparison: "GreaterThanThreshold" as const,
          threshold: 0,
          description: `A KMS key in the key store on ${what} is disabled or waits for its deletion. Where nobody wanted that: aws kms cancel-key-deletion, then aws kms enable-key. The log of the operator has its id.`,
        },
      }),
      "backup-old": {
        metric: "BackupAge",
        comparison: "GreaterThanThreshold",
        threshold: backupHours * 3600,
        description: `The newest READY backup of ${what} is older than ${backupHours} hours. AWS takes one a day: ask AWS Support why not. Adding an HSM and removing it takes one at once.`,
      },
      "certificate-ends": {
        metric: "CertificateDays",
        comparison: "LessThanThreshold",
        threshold: certificateDays,
        description: `The trust anchor or the certificate of ${what} ends in fewer than ${certificateDays} days. Neither can be changed: plan a new cluster, and move what its keys have encrypted.`,
      },
      "health-unknown": {
        metric: "Checks",
        comparison: "LessThanThreshold",
        threshold: 1,
        statistic: "Sum",
        missing: "breaching",
        description: `Nobody has looked at the health of ${what} for a while, so its other alarms say nothing. Look at the schedule ${name}-health/check and at the log of the operator.`,
      },
    };
    for (const [suffix, alarm] of Object.entries(alarms)) {
      this.alarmNames.push(`${name}-${suffix}`);
      new CloudwatchMetricAlarm(this, suffix, {
        alarmName: `${name}-${suffix}`,
        alarmDescription: alarm.description,
        namespace: "SafeStorage/Operator",
        metricName: alarm.metric,
        dimensions: { Cluster: cluster.clusterId },
        statistic: alarm.statistic ?? "Maximum",
        period: everyMinutes * 60 * 2,
        evaluationPeriods: 1,
        threshold: alarm.threshold,
        comparisonOperator: alarm.comparison,
        // What nobody tells is told by one alarm, not by all.
        treatMissingData: alarm.missing ?? "ignore",
        alarmActions: notifications?.topicArns,
        okActions: notifications?.topicArns,
        dependsOn: [first],
      });
    }
  }
}
