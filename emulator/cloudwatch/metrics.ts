// Metrics that functions write in their logs. Source: «Specification: Embedded metric format», CloudWatch User Guide.

import { Cloud } from "../core/cloud";

interface Datapoint {
  /** Emulated time. */
  at: number;
  value: number;
}

/** What a line of a log says of metrics. */
interface Embedded {
  _aws?: {
    CloudWatchMetrics?: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
  };
  [member: string]: unknown;
}

/** Older ones than any alarm looks at. */
const KEPT_MS = 8 * 24 * 3_600_000;

export class Metrics {
  private readonly points = new Map<string, Datapoint[]>();

  constructor(private readonly cloud: Cloud) {}

  /** Takes what a line of a function's log has of metrics, as of now: its own clock may be another one. */
  note(region: string, line: string): void {
    if (!line.includes('"_aws"')) return;
    let embedded: Embedded;
    try {
      embedded = JSON.parse(line);
    } catch {
      return; // no JSON: just a line
    }
    for (const { Namespace, Dimensions, Metrics: metrics } of embedded._aws?.CloudWatchMetrics ?? [])
      for (const set of Dimensions)
        for (const { Name } of metrics) {
          const values = [embedded[Name]].flat().map(Number);
          const dimensions = set.map((d) => [d, String(embedded[d])]);
          this.add(keyOf(region, Namespace, Name, dimensions), values);
        }
  }

  private add(key: string, values: number[]): void {
    const now = this.cloud.now();
    const known = (this.points.get(key) ?? []).filter((p) => p.at > now - KEPT_MS);
    this.points.set(key, [...known, ...values.map((value) => ({ at: now, value }))]);
  }

  /** Values from `from` on and before `until`, in milliseconds of emulated time. */
  values(
    region: string,
    namespace: string,
    name: string,
    dimensions: string[][],
    from: number,
    until: number,
  ): number[] {
    const points = this.points.get(keyOf(region, namespace, name, dimensions)) ?? [];
    return points.filter((p) => p.at >= from && p.at < until).map((p) => p.value);
  }
}

const keyOf = (region: string, namespace: string, name: string, dimensions: string[][]): string =>
  JSON.stringify([region, namespace, name, [...dimensions].sort()]);
