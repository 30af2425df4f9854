// Removes HSMs while nobody works and restores them before, by two schedules for each window that invoke the operator.

import { Construct } from "constructs";
import {
  AwsProps,
  applyAwsProps,
  NameProps,
  nameOf,
  check,
  checkKnown,
  checkRange,
  refuse,
} from "../private";
import { ClusterOperator, Notifications, SCHEDULED_TIME, scheduleRuns } from "../operator";
import { CustomKeyStore } from "../key-store";
import { IHsmCluster, removalRecord } from "../cluster";
import { HSM_PRICES } from "./hsm-prices";
import { hsmCost, MonthlyCost } from "./hsm-cost";
import { checkWindows } from "./check-windows";
import { holidayTimes, HsmWindowsProps } from "./hsm-windows";

/** Properties of `HsmSchedule`. */
export interface HsmScheduleProps extends HsmWindowsProps, NameProps, AwsProps {
  /** The cluster whose HSMs are removed: one made with `keep`, or an existing one. A cluster takes one schedule. */
  readonly cluster: IHsmCluster;
  /** The cluster's operator, which removes and restores the HSMs. */
  readonly operator: ClusterOperator;
  /**
   * Number of HSMs that are never removed. With a key store on the cluster at least 1, because otherwise no key can be used; 2 if keys must
   * be created while HSMs are removed.
   * @default the cluster's own `keep`; a cluster of somebody else's needs it here
   */
  readonly keep?: number;
  /**
   * Who is notified of each removal and restore, and of failures.
   * @default nobody; failures are in the operator's log and queue of failed events
   */
  readonly notifications?: Notifications;
}

/**
 * Deletes HSMs at the end of the day and restores them before work: at the same addresses, with users and keys from the backup
 * that AWS takes with each deletion. The operator does both, and notes in a secret where they were; so a plan is empty by day and
 * by night. What fails is tried again by Lambda, twice, and then goes to the operator's queue of failed events, whose alarm tells
 * the `notifications`.
 */
export class HsmSchedule extends Construct {
  /** What HSMs cost with and without it; undefined where somebody else's cluster has a number of HSMs that is not known at synth. */
  readonly monthlyCost?: MonthlyCost;
  /** Secret in which the operator notes where HSMs were. */
  readonly hsmRecordArn: string;

  constructor(scope: Construct, id: string, props: HsmScheduleProps) {
    super(scope, id);
    applyAwsProps(this, props);
    const name = nameOf(this, props);
    const { cluster, operator, windows, timeZone = "UTC", notifications } = props;
    const keep = this.keepOf(props);
    checkWindows(this, props);
    this.node.addValidation({ validate: () => this.keyStoresWithoutHsm(cluster, keep) });
    this.hsmRecordArn = cluster.scheduled?.recordArn ?? removalRecord(this, operator, cluster.clusterId);
    if (cluster.scheduled) {
      const { count, hsmType } = cluster.scheduled;
      this.monthlyCost = hsmCost(props, count, keep, HSM_PRICES.usdAnHour[operator.region]?.[hsmType]);
    }

    const input = { clusterId: cluster.clusterId, hsmRecordArn: this.hsmRecordArn };
    const inputs = {
      remove: {
        ...input,
        action: "remove-hsms" as const,
        keep: String(keep),
        ...(cluster.scheduled && { first: cluster.scheduled.keptAddresses }),
      },
      restore: {
        ...input,
        action: "restore-hsms" as const,
        trustAnchor: cluster.trustAnchor,
        scheduledTime: SCHEDULED_TIME,
        ...(props.holidays?.length && { holidays: holidaysInUtc(props) }),
      },
    };
    scheduleRuns(this, {
      operator,
      groupName: `${name}-hsms`,
      runs: Object.entries(windows).flatMap(([window, { removeAt, restoreAt }]) =>
        (
          [
            ["remove", removeAt],
            ["restore", restoreAt],
          ] as const
        ).map(([what, expression]) => ({
          name: `${window}-${what}`,
          description: `${what}s HSMs of ${name}`,
          expression,
          input: inputs[what],
        })),
      ),
      timeZone,
      notifications,
      dependsOn: cluster.ready,
      alarmName: `${name}-hsm-schedule-failed`,
      alarmDescription: `Every attempt of a scheduled run of ${name} has failed: HSMs may be missing by day, or billed at night. The queue of failed events and the log of the operator have the reason. Fix it, run safe-storage hsms restore, then delete the messages in the queue.`,
    });
  }

  private keepOf({ cluster, keep }: HsmScheduleProps): number {
    const ours = cluster.scheduled?.keep;
    if (!cluster.existing) {
      if (ours === undefined)
        refuse(
          this,
          "cluster.keep",
          ours,
          "given to the cluster: the HSMs beyond it are those that are removed",
        );
      checkKnown(this, "keep", keep, `left out, or the cluster's: ${ours}`);
      check(this, "keep", keep, (k) => k === undefined || k === ours, `left out, or the cluster's: ${ours}`);
      return ours;
    }
    if (keep === undefined) refuse(this, "keep", keep, "given: the cluster is somebody else's");
    checkKnown(this, "keep", keep, "a number of HSMs");
    checkRange(this, "keep", keep, 0, 27, "HSMs");
    return keep;
  }

  /** Source: «Troubleshooting an AWS CloudHSM key store», AWS KMS Developer Guide: without an active HSM no key of it works. */
  private keyStoresWithoutHsm(cluster: IHsmCluster, keep: number): string[] {
    if (keep > 0) return [];
    return this.node.root.node
      .findAll()
      .filter((node) => node instanceof CustomKeyStore)
      .filter((store) => store.cluster.clusterId === cluster.clusterId)
      .map((store) => `keep is 0; it must be 1 at least: key store ${store.node.path} is on the cluster`);
  }
}

/** As Scheduler's times are, so that the operator compares texts. */
function holidaysInUtc(props: HsmWindowsProps): string[] {
  const text = (at: number) => new Date(at).toISOString().replace(".000Z", "Z");
  return holidayTimes(props).map(({ from, until }) => `${text(from)}/${text(until)}`);
}
