// What Terraform's state says of a deployment: the ids to ask AWS for.

import { Attributes } from "./stack";
import { Known } from "./state";
import { Failure } from "../failure";

/** A schedule and the event that it sends to the operator. */
export interface Scheduled {
  attributes: Attributes;
  functionArn: string;
  region: string;
  event: Record<string, any>;
}

/** A function of the deployment's. */
export interface Operator {
  region: string;
  arn: string;
  /** Of one that copies backups: the event by which it does. */
  copies?: Record<string, any>;
}

/** An event of a schedule, without what is for runs that nobody waits for. */
function waitedFor({
  unattended: _,
  scheduledTime: __,
  topicArns: ___,
  ...event
}: Record<string, any>): Record<string, any> {
  return event;
}

/** All instances of a type, by address. */
const instances = (stack: Known, type: string): [address: string, attributes: Attributes][] =>
  stack
    .addresses(type)
    .flatMap((address): [string, Attributes][] =>
      stack.instance(address) ? [[address, stack.instance(address)!.attributes]] : [],
    );

export class DeploymentState {
  readonly region: string;

  constructor(readonly stack: Known) {
    this.region = stack.region;
  }

  all(type: string): Attributes[] {
    return instances(this.stack, type).map(([, attributes]) => attributes);
  }

  /** The events that the operator was invoked with by deploys. */
  get events(): Record<string, any>[] {
    return this.all("aws_lambda_invocation").map((a) => JSON.parse(String(a.input)));
  }

  get clusterIds(): string[] {
    const made = this.all("aws_cloudhsm_v2_cluster").map((a) => String(a.id));
    const used = this.events.map((e) => e.clusterId).filter((id) => id !== undefined);
    return [...new Set([...made, ...used])];
  }

  get schedules(): Scheduled[] {
    return instances(this.stack, "aws_scheduler_schedule").map(([address, attributes]) => {
      const [target] = attributes.target as { arn: string; input: string }[];
      const region = this.stack.regionOf(address);
      return { attributes, functionArn: target.arn, region, event: JSON.parse(target.input) };
    });
  }

  /**
   * The event of the schedule that runs the action, as of a run that somebody waits for, and the function that it goes to; undefined where
   * there is no such schedule.
   */
  scheduled(action: string): Pick<Scheduled, "functionArn" | "event"> | undefined {
    const found = this.schedules.find(({ event }) => event.action === action && !event.changedOnly);
    return found && { functionArn: found.functionArn, event: waitedFor(found.event) };
  }

  /** Its functions that are operators: one in the cluster's region, and one wherever backups are copied to. */
  get operators(): Operator[] {
    return this.all("aws_lambda_function")
      .filter(({ handler }) => handler === "operator.handle")
      .map(({ arn }) => {
        const copier = this.schedules.find(
          ({ functionArn, event }) => functionArn === arn && event.action === "replicate-backups",
        );
        const region = String(arn).split(":")[3];
        return { arn: String(arn), region, ...(copier && { copies: waitedFor(copier.event) }) };
      });
  }

  /** The operator of the cluster's region. */
  get home(): Operator {
    const found = this.operators.find(({ copies }) => copies === undefined);
    if (!found) throw new Failure("the deployment has no operator yet: deploy it first");
    return found;
  }

  /** Whether one of its functions has the right of that name. */
  hasPolicy(name: string): boolean {
    return this.all("aws_iam_role_policy").some((policy) => String(policy.name).endsWith(name));
  }

  /** Where the alarm on a metric of the cluster goes off; undefined where the deployment has no such alarm. */
  threshold(metric: string, clusterId: string): number | undefined {
    const alarm = this.all("aws_cloudwatch_metric_alarm").find(
      ({ metric_name, dimensions }) =>
        metric_name === metric && (dimensions as Record<string, string> | null)?.Cluster === clusterId,
    );
    return alarm && Number(alarm.threshold);
  }

  /** Names of the alarms, by region. */
  get alarms(): Record<string, string[]> {
    const found: Record<string, string[]> = {};
    for (const [address, attributes] of instances(this.stack, "aws_cloudwatch_metric_alarm"))
      (found[this.stack.regionOf(address)] ??= []).push(String(attributes.alarm_name));
    return found;
  }

  /** Addresses of the HSMs of a cluster, those that Terraform has made and those of the operator. */
  hsmAddresses(clusterId: string): string[] {
    const own = this.all("aws_cloudhsm_v2_hsm")
      .filter((a) => a.cluster_id === clusterId)
      .map((a) => String(a.ip_address));
    const operators = this.events
      .filter((e) => e.action === "ensure-hsms" && e.clusterId === clusterId)
      .flatMap((e) => e.hsms.map((h: { ipAddress: string }) => h.ipAddress));
    return [...new Set([...own, ...operators])];
  }
}
