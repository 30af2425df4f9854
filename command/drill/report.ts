// What a drill has shown: how old what came back is, how long the way back takes on AWS, and whether that is what was asked for.

import { durations, Step as AwsStep } from "../../emulator/core/durations";
import type { Change } from "../../emulator/core/timeline";

export interface Objectives {
  recoveryPointHours: number;
  recoveryTimeMinutes: number;
}

export interface Step {
  name: string;
  /** Seconds on AWS. */
  seconds: number;
}

export interface Report {
  steps: Step[];
  /** Seconds from the backup of the copy to the loss. */
  recoveryPoint: number;
  /** Seconds on AWS from the first command to a store that is connected. */
  recoveryTime: number;
  /** Seconds that a cluster and its first HSM take, which nobody can be faster than. */
  lowerBound: number;
  met: { recoveryPoint: boolean; recoveryTime: boolean };
}

/** What AWS works at on the way back, by the ids of what it makes, with its usual time. */
const WORK: { id: RegExp; name: string; doing: string; step: AwsStep }[] = [
  { id: /^cluster-/, name: "cluster from the copy", doing: "CREATE_IN_PROGRESS", step: "cluster created" },
  { id: /^hsm-/, name: "HSM", doing: "CREATE_IN_PROGRESS", step: "hsm created" },
  { id: /^cks-/, name: "key store connects", doing: "CONNECTING", step: "key store connected" },
];

interface Work {
  name: string;
  kind: RegExp;
  /** In seconds of the local cloud, whose own work before does not count. */
  from: number;
  until: number;
}

/** The times in which AWS was at work on something of the region. */
function workOf(changes: Change[], region: string, speed: number): Work[] {
  return changes
    .filter((change) => change.region === region)
    .flatMap(({ at, id, from }) => {
      const work = WORK.find((w) => w.id.test(id) && w.doing === from);
      if (!work) return [];
      const until = Date.parse(at) / 1000;
      const name = `${work.name} (${id})`;
      return [{ name, kind: work.id, from: until - durations[work.step] / speed, until }];
    });
}

/** How long at least one of them lasted. */
function union(spans: { from: number; until: number }[]): number {
  let total = 0;
  let end = -Infinity;
  for (const { from, until } of [...spans].sort((a, b) => a.from - b.from)) {
    total += Math.max(0, until - Math.max(from, end));
    end = Math.max(end, until);
  }
  return total;
}

/**
 * Of the local cloud's timeline, in which AWS's times are divided by `speed`, and of the seconds that the deploy took. What Terraform
 * and the operator do themselves takes as long on AWS as here.
 */
export function reportOf(
  changes: Change[],
  region: string,
  speed: number,
  deploySeconds: number,
  recoveryPoint: number,
  objectives: Objectives,
): Report {
  const work = workOf(changes, region, speed);
  const seconds = ({ from, until }: Work) => (until - from) * speed;
  const steps = work.map((one) => ({ name: one.name, seconds: seconds(one) }));
  const waiting = union(work);
  const own = Math.max(0, deploySeconds - waiting);
  steps.push({ name: "Terraform and the operator themselves", seconds: own });
  const first = (kind: RegExp) => {
    const found = work.find((one) => String(one.kind) === String(kind));
    return found ? seconds(found) : 0;
  };
  const recoveryTime = own + waiting * speed;
  return {
    steps,
    recoveryPoint,
    recoveryTime,
    lowerBound: first(/^cluster-/) + first(/^hsm-/),
    met: {
      recoveryPoint: recoveryPoint <= objectives.recoveryPointHours * 3600,
      recoveryTime: recoveryTime <= objectives.recoveryTimeMinutes * 60,
    },
  };
}

/** "5 h 12 min", "8 min 0 s". */
export function shown(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** As a person reads it. */
export function textOf(report: Report, objectives: Objectives): string {
  const row = (name: string, value: string, note = "") =>
    `  ${name.padEnd(48)}${value.padStart(12)}  ${note}`;
  const verdict = (met: boolean, objective: string) => `${met ? "✓" : "✗"} objective: ${objective}`;
  return [
    "On AWS this takes (what overlaps counts once):",
    ...report.steps.map(({ name, seconds }) => row(name, shown(seconds))),
    "",
    row(
      "Recovery point",
      shown(report.recoveryPoint),
      verdict(report.met.recoveryPoint, `${objectives.recoveryPointHours} h`),
    ),
    row(
      "Recovery time",
      shown(report.recoveryTime),
      verdict(report.met.recoveryTime, `${objectives.recoveryTimeMinutes} min`),
    ),
    row("Lower bound: a cluster and its first HSM", shown(report.lowerBound)),
  ].join("\n");
}
