// What a drill has shown: how old what came back is, how long the way back takes on AWS, and whether that is what was asked for.

export interface Objectives {
  recoveryPointHours: number;
  recoveryTimeMinutes: number;
}

/** A change of the local cloud's timeline. */
export interface Change {
  at: string;
  region: string;
  id: string;
  from?: string;
  to?: string;
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

const TRANSITIONAL = /(_IN_PROGRESS|ING)$/;

/** The times in which AWS was at work on something of the region, in seconds of the local cloud. */
function workOf(changes: Change[], region: string): { id: string; from: number; until: number }[] {
  const work = [];
  const open = new Map<string, number>();
  for (const { at, id, to } of changes.filter((c) => c.region === region)) {
    const seconds = Date.parse(at) / 1000;
    const began = open.get(id);
    open.delete(id);
    if (began !== undefined) work.push({ id, from: began, until: seconds });
    if (to && TRANSITIONAL.test(to)) open.set(id, seconds);
  }
  return work;
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

const KINDS: [RegExp, string][] = [
  [/^cluster-/, "cluster from the copy"],
  [/^hsm-/, "HSM"],
  [/^cks-/, "key store connects"],
];

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
  const work = workOf(changes, region).filter(({ id }) => KINDS.some(([kind]) => kind.test(id)));
  const steps = work.map(({ id, from, until }) => ({
    name: `${KINDS.find(([kind]) => kind.test(id))![1]} (${id})`,
    seconds: (until - from) * speed,
  }));
  const waiting = union(work);
  const own = Math.max(0, deploySeconds - waiting);
  steps.push({ name: "Terraform and the operator themselves", seconds: own });
  const first = (kind: RegExp) => {
    const found = work.find(({ id }) => kind.test(id));
    return found ? (found.until - found.from) * speed : 0;
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
