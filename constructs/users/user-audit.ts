// The audit of the users of each HSM, which AWS does not synchronise.

import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import {
  AwsProps,
  applyAwsProps,
  NameProps,
  nameOf,
  checkFlags,
  checkList,
  checkRange,
  checkUserName,
} from "../private";
import { ClusterOperator, createHsms, noteOn, Notifications, readAndWrite, scheduleRuns } from "../operator";
import { IHsmCluster } from "../cluster";
import { HsmUsers } from "./hsm-users";

/** How soon it looks when HSMs have come or gone, whoever has made them: the operator, Terraform, a person or AWS. */
const CHANGES_EVERY_MINUTES = 15;

/** Properties of `UserAudit`. */
export interface UserAuditProps extends NameProps, AwsProps {
  /** The cluster whose users are audited. */
  readonly cluster: IHsmCluster;
  /** The cluster's operator, which runs the audit. */
  readonly operator: ClusterOperator;
  /**
   * Users who may have the role admin, in addition to `admin`.
   * @default none
   */
  readonly admins?: string[];
  /**
   * The declared users. A user who is missing, has another role or is not declared is reported.
   * @default none are declared: crypto users may be any
   */
  readonly users?: HsmUsers;
  /**
   * Repairs by itself what it finds, as `safe-storage users repair` does by hand: `users` in their place, with the passwords in their secrets; for
   * others an HSM that lacks them is replaced by a clone of one that has them all, one at a time, while another one serves. Whoever makes a
   * user on one HSM only can so have it on all of them.
   * @default false: by hand only
   */
  readonly automaticRepair?: boolean;
  /**
   * Who is notified of each difference, with user and HSM.
   * @default nobody: differences are in the operator's log and raise the alarm
   */
  readonly notifications?: Notifications;
  /**
   * Interval between audits in hours, 1 to 168. An audit also runs within a quarter of an hour after HSMs were added or removed.
   * @default 24
   */
  readonly everyHours?: number;
}

/**
 * Looks at each HSM's users for itself, and compares: the same names with the same roles, MFA and quorum everywhere, `kmsuser` on all, no
 * admin whom nobody expects, nobody locked out, and where `users` are declared, these and no others. A user who is missing on one HSM
 * breaks what that user does at random, whenever a client comes to that HSM. What is off can be repaired by `safe-storage users repair`: so the
 * operator may make and delete HSMs, which AWS cannot narrow to a cluster.
 */
export class UserAudit extends Construct {
  /** Name of the alarm. */
  readonly alarmName: string;

  constructor(scope: Construct, id: string, props: UserAuditProps) {
    super(scope, id);
    applyAwsProps(this, props);
    const name = nameOf(this, props);
    const { cluster, operator, admins = [], users, automaticRepair, notifications, everyHours = 24 } = props;
    checkList(this, "admins", admins, "a list of users' names");
    for (const [i, admin] of admins.entries()) checkUserName(this, `admins[${i}]`, admin);
    checkRange(this, "everyHours", everyHours, 1, 168, "hours");
    checkFlags(this, { automaticRepair });
    const userNoteArn = this.userNote(props);
    const input = {
      clusterId: cluster.clusterId,
      trustAnchor: cluster.trustAnchor,
      kmsuser: true,
      userNoteArn,
      ...(admins.length > 0 && { admins }),
      ...(users && { declared: users.roles }),
    };
    const first = operator.invoke(
      "audit-users",
      "audit-users",
      // Again whenever HSMs are added or removed.
      {
        ...input,
        ...(cluster.hsmTargets && { hsmCounts: cluster.hsmTargets }),
      },
      { dependsOn: [...cluster.ready, ...(users?.ready ?? [])] },
    );
    const event = {
      ...input,
      ...cluster.userInput,
      ...(users && { userSecrets: users.secretArns }),
      action: "audit-users" as const,
      ...(automaticRepair && { automatic: true }),
    };
    scheduleRuns(this, {
      operator,
      groupName: `${name}-user-audit`,
      runs: [
        {
          name: "audit",
          description: `Looks at the users of ${name} on each HSM`,
          expression: everyHours === 1 ? "rate(1 hour)" : `rate(${everyHours} hours)`,
          input: event,
        },
        {
          name: "changes",
          description: `Looks at the users of ${name} where HSMs have come or gone`,
          expression: `rate(${CHANGES_EVERY_MINUTES} minutes)`,
          input: { ...event, changedOnly: true },
        },
      ],
      timeZone: "UTC",
      notifications,
      dependsOn: [first],
      alarmName: `${name}-user-audit-failed`,
      alarmDescription: `Every attempt of a scheduled audit of the users of cluster ${cluster.clusterId} has failed. The queue of failed events and the log of the operator have the reason. Fix it, then delete the messages in the queue.`,
    });
    this.alarmName = `${name}-users-differ`;
    new CloudwatchMetricAlarm(this, "users-differ", {
      alarmName: this.alarmName,
      alarmDescription: `Users of cluster ${cluster.clusterId} differ between HSMs, or a user is locked out, or there is an unexpected admin. The log of the operator and its last notification name the user and the HSM. safe-storage users repair shows what can be repaired, and changes nothing until you confirm. See docs/operations.md, «A user is missing on an HSM».`,
      namespace: "SafeStorage/Operator",
      metricName: "UserProblems",
      dimensions: { Cluster: cluster.clusterId },
      statistic: "Maximum",
      // Each audit reports it again; between two audits the alarm keeps its state.
      period: 900,
      evaluationPeriods: 1,
      threshold: 0,
      comparisonOperator: "GreaterThanThreshold",
      treatMissingData: "ignore",
      alarmActions: notifications?.topicArns,
      okActions: notifications?.topicArns,
      dependsOn: [first],
    });
  }

  /** Where the operator notes which HSMs it has looked at, and which one a repair has away; with the rights to repair. */
  private userNote({ cluster, operator }: UserAuditProps): string {
    const note = noteOn(this, "note", operator, {
      name: `safe-storage/${cluster.clusterId}/user-audit`,
      description:
        "Which HSMs the last audit of users has seen; no secret, but the operator reaches no other store",
    });
    operator.allow("user-audit", [
      { Action: ["cloudhsm:DescribeClusters", "kms:DescribeCustomKeyStores"], Resource: "*" }, // AWS has no resource for them
      readAndWrite(note),
      ...createHsms(operator, cluster.clusterId),
      // AWS has no resource for it: «Actions, resources, and condition keys for AWS CloudHSM», Service Authorization Reference.
      { Action: ["cloudhsm:DeleteHsm"], Resource: "*" },
    ]);
    return note.arn;
  }
}
