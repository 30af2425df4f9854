// The users of each HSM, looked at one by one: what AWS does not keep in step.

import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import { AwsProps, applyAwsProps } from "./aws-props";
import { ClusterOperator } from "./cluster-operator";
import { IHsmCluster } from "./hsm-cluster";
import { NameProps, nameOf } from "./name";
import { Notifications } from "./notifications";
import { scheduleRuns } from "./scheduled-runs";
import { check, checkRange } from "./validation";

/** What a `UserAudit` is made of. */
export interface UserAuditProps extends NameProps, AwsProps {
  /** Whose users. */
  readonly cluster: IHsmCluster;
  /** Looks; the cluster's. */
  readonly operator: ClusterOperator;
  /**
   * Users who may have the role admin, beside `admin`.
   * @default none
   */
  readonly admins?: string[];
  /**
   * Whom to tell, which user is off on which HSM.
   * @default nobody: it is in the operator's log and in the alarm
   */
  readonly notifications?: Notifications;
  /**
   * How often it looks, in hours, 1 to 168; and with each deploy that changes HSMs.
   * @default 24
   */
  readonly everyHours?: number;
}

/**
 * Looks at each HSM's users for itself, and compares: the same names with the same roles everywhere, `kmsuser` on all, no admin whom nobody
 * expects, nobody locked out. A user who is missing on one HSM breaks what that user does at random, whenever a client comes to that HSM.
 */
export class UserAudit extends Construct {
  /** Name of the alarm. */
  readonly alarmName: string;

  constructor(scope: Construct, id: string, props: UserAuditProps) {
    super(scope, id);
    applyAwsProps(this, props);
    const name = nameOf(this, props);
    const { cluster, operator, admins = [], notifications, everyHours = 24 } = props;
    for (const [i, admin] of admins.entries())
      // "Username: 31 characters at most": «Quotas», AWS CloudHSM User Guide.
      check(
        this,
        `admins[${i}]`,
        admin,
        (a) => /^[\w-]{1,31}$/.test(a),
        "a user's name of at most 31 characters",
      );
    checkRange(this, "everyHours", everyHours, 1, 168, "hours");
    const input = {
      clusterId: cluster.clusterId,
      trustAnchor: cluster.trustAnchor,
      kmsuser: "true",
      ...(admins.length > 0 && { admins: admins.join(" ") }),
    };
    const first = operator.invoke(
      "audit-users",
      "audit-users",
      // Again whenever HSMs come or go.
      { ...input, ...(cluster.hsmTargets && { hsms: JSON.stringify(cluster.hsmTargets) }) },
      { dependsOn: cluster.ready },
    );
    scheduleRuns(this, {
      operator,
      groupName: `${name}-user-audit`,
      runs: [
        {
          name: "audit",
          description: `Looks at the users of ${name} on each HSM`,
          expression: everyHours === 1 ? "rate(1 hour)" : `rate(${everyHours} hours)`,
          input: { ...input, action: "audit-users" },
        },
      ],
      timeZone: "UTC",
      notifications,
      dependsOn: [first],
      alarmName: `${name}-user-audit-failed`,
      alarmDescription: `Looking at the users of cluster ${cluster.clusterId} failed in all its attempts. The queue of failed events and the log of the operator say why. Then delete the messages of the queue.`,
    });
    this.alarmName = `${name}-users-differ`;
    new CloudwatchMetricAlarm(this, "users-differ", {
      alarmName: this.alarmName,
      alarmDescription: `Users of cluster ${cluster.clusterId} are not the same on every HSM, or one is locked out or an admin whom nobody expects. The operator's log and its last notification name user and HSM. An HSM that lacks a user is replaced by a clone of another one: delete it and deploy. See docs/operations.md, «A user is missing on an HSM».`,
      namespace: "SafeStorage/Operator",
      metricName: "UserProblems",
      dimensions: { Cluster: cluster.clusterId },
      statistic: "Maximum",
      // CloudWatch takes a day at most for one period, seven for those of an hour or more together.
      period: Math.min(everyHours, 24) * 3600,
      evaluationPeriods: 1,
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "ignore",
      alarmActions: notifications?.topicArns,
      okActions: notifications?.topicArns,
      dependsOn: [first],
    });
  }
}
