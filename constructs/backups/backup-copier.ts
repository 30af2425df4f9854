// The copies of a cluster's backups in one other region: the function that makes them there, its schedule, its alarms.

import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { applyAwsProps, AwsProps, requireProviderRegion } from "../private";
import {
  NotificationTargets,
  Notifications,
  OperatorFunction,
  OperatorFunctionProps,
  SCHEDULED_TIME,
  scheduleRuns,
  hasTargets,
} from "../operator";
import { rateOf } from "./copy-rate";

/** Properties of the copies in one destination. */
export interface BackupCopiesSettings extends OperatorFunctionProps, AwsProps {
  name: string;
  region: string;
  clusterId: string;
  sourceRegion: string;
  copies: number;
  copyDays: number;
  recoveryPointHours: number;
  /** Who is notified of alarms and failures, in this region. */
  targets: NotificationTargets;
  /** What must be there before there is a backup. */
  dependsOn: ITerraformDependable[];
}

/** The key by which copies are known to be those of a cluster. */
const TAG = "SafeStorageCopyOf";

/** Name of the function that a `BackupReplication` of this name creates in each destination. */
export const copierName = (name: string): string => `${name}-backups`;

/**
 * Copies of one cluster's backups in one region. Its function is in that region and in no VPC: it asks both regions' CloudHSM, which
 * no VPC's endpoints reach, handles no secret, and may read lists of backups, copy them, and delete copies that it has made itself.
 */
export class BackupCopies extends OperatorFunction {
  constructor(scope: Construct, id: string, props: BackupCopiesSettings) {
    const { name, region, sourceRegion, clusterId, copies, copyDays, recoveryPointHours } = props;
    const functionName = copierName(name);
    super(scope, id, props, () => ({
      functionName,
      region,
      keyDescription: `${name}: what the cluster's backups need to be restored`,
    }));
    applyAwsProps(this, props);
    requireProviderRegion(this, region, `the copies shall be in ${region}`);

    const backupsIn = (where: string) => `arn:${this.partition}:cloudhsm:${where}:${this.accountId}:backup/*`;
    this.makeFunction(
      functionName,
      [
        { Action: ["cloudhsm:DescribeBackups"], Resource: "*" }, // AWS has no resource for it
        // Source: «Actions, resources, and condition keys for AWS CloudHSM», Service Authorization Reference: the tags of a copy
        // are asked for as well.
        {
          Action: ["cloudhsm:CopyBackupToRegion", "cloudhsm:TagResource"],
          Resource: [backupsIn(sourceRegion), backupsIn(region)],
          Condition: { StringEquals: { [`aws:RequestTag/${TAG}`]: clusterId } },
        },
        {
          Action: ["cloudhsm:DeleteBackup", "cloudhsm:ModifyBackupAttributes", "cloudhsm:RestoreBackup"],
          Resource: backupsIn(region),
          Condition: { StringEquals: { [`aws:ResourceTag/${TAG}`]: clusterId } },
        },
      ],
      { description: `Copies backups of ${name} from ${sourceRegion}, and deletes old copies` },
    );

    const { emails, topicArn, topicKeyArn } = props.targets;
    const notifications = hasTargets(props.targets)
      ? new Notifications(this, "notifications", {
          name: functionName,
          operator: this,
          emails,
          topicArn,
          topicKeyArn,
        })
      : undefined;
    const input = {
      clusterId,
      sourceRegion,
      copies: String(copies),
      copyDays: String(copyDays),
      tags: props.tags ?? {},
    };
    const action = "replicate-backups";
    // In the deploy: missing prerequisites show there, and the alarm on the age has a value from the beginning.
    const first = this.invoke("first-copy", action, input, { dependsOn: props.dependsOn, attempts: 2 });
    const rateMinutes = rateOf(recoveryPointHours);
    scheduleRuns(new Construct(this, "schedule"), {
      operator: this,
      groupName: `${name}-copies`,
      runs: [
        {
          name: "copy",
          description: `Copies the newest backup of ${name} from ${sourceRegion}`,
          expression: `rate(${rateMinutes} minutes)`,
          input: { ...input, action, scheduledTime: SCHEDULED_TIME },
        },
      ],
      timeZone: "UTC",
      notifications,
      dependsOn: [first],
      alarmName: `${functionName}-copy-failed`,
      alarmDescription: `Every attempt to copy a backup of cluster ${clusterId} from ${sourceRegion} to ${region} has failed. The queue of failed events and the log of ${functionName} in ${region} have the reason. Fix it, run safe-storage backups copy, then delete the messages in the queue.`,
    });
    new CloudwatchMetricAlarm(this, "recovery-point", {
      alarmName: `${functionName}-recovery-point`,
      alarmDescription: `The newest copy in ${region} of a backup of cluster ${clusterId} is older than ${recoveryPointHours} hours, or its age is unknown. Keys that were created since would be lost with ${sourceRegion}. Check whether ${sourceRegion} has newer READY backups, and check the log of ${functionName} in ${region}.`,
      namespace: "SafeStorage/Operator",
      metricName: "NewestCopyAge",
      dimensions: { SourceCluster: clusterId },
      statistic: "Maximum",
      period: Math.max(3600, 2 * rateMinutes * 60),
      evaluationPeriods: 1,
      threshold: recoveryPointHours * 3600,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "breaching",
      alarmActions: notifications?.topicArns,
      okActions: notifications?.topicArns,
      dependsOn: [first],
    });
  }

  /** Outside a VPC every service is reached. */
  reach(): ITerraformDependable[] {
    return [];
  }
}
