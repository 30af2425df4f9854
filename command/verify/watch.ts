// Looks at a trial's resources while it runs: through which states AWS takes them, and for how long.

import { setTimeout as sleep } from "node:timers/promises";
import type { Step } from "../../emulator/core/durations";
import type { Recorder } from "./recorder";
import type { Measured } from "./run";
import type { TrialResources } from "./resources";

/** Resources of a trial, as far as AWS says in which state they are. */
const SERVICES = {
  cluster: "cloudhsm",
  hsm: "cloudhsm",
  "cluster backup": "cloudhsm",
  "key store": "kms",
  "file system": "fsx",
  "storage virtual machine": "fsx",
  volume: "fsx",
  "volume backup": "fsx",
};
export type Kind = keyof typeof SERVICES;

/** The step of the table of durations that AWS is at, while a resource is in a state. */
const STEPS: Record<Kind, Record<string, Step>> = {
  cluster: {
    CREATE_IN_PROGRESS: "cluster created",
    INITIALIZE_IN_PROGRESS: "cluster initialized",
    MODIFY_IN_PROGRESS: "cluster modified",
    DELETE_IN_PROGRESS: "cluster deleted",
  },
  hsm: { CREATE_IN_PROGRESS: "hsm created", DELETE_IN_PROGRESS: "hsm deleted" },
  "cluster backup": { CREATE_IN_PROGRESS: "backup ready" },
  "key store": { CONNECTING: "key store connected", DISCONNECTING: "key store disconnected" },
  "file system": { CREATING: "file system created", DELETING: "file system deleted" },
  "storage virtual machine": { CREATING: "svm created", DELETING: "svm deleted" },
  volume: { CREATING: "volume created", DELETING: "volume deleted" },
  "volume backup": { CREATING: "file backup ready" },
};

interface Watched {
  kind: Kind;
  states: string[];
  /** When the last state was first seen, in milliseconds; undefined where it may have been in it before. */
  since?: number;
}

export class Watch {
  private readonly watched = new Map<string, Watched>();
  private readonly done: Measured[] = [];
  private looks = 0;
  private ending = false;
  private watching: Promise<void> = Promise.resolve();

  constructor(
    private readonly resources: TrialResources,
    private readonly pauseMs: number,
  ) {}

  start(): void {
    this.watching = this.watch();
  }

  /** Ends, and gives the durations that it has seen from their beginning to their end. */
  async stop(recorder: Recorder): Promise<Measured[]> {
    this.ending = true;
    await this.watching;
    recorder.claim = "states";
    for (const { kind, states } of this.watched.values())
      recorder.record({ service: SERVICES[kind], operation: kind, input: {}, output: { states } });
    return this.done;
  }

  private async watch(): Promise<void> {
    while (!this.ending) {
      // What AWS does not answer now it answers at the next look.
      const states = await this.resources.states().catch(() => undefined);
      if (states) this.look(states);
      await sleep(this.pauseMs);
    }
  }

  private look(states: { kind: Kind; id: string; state: string }[]): void {
    const now = Date.now();
    for (const { kind, id, state } of states) {
      const known = this.watched.get(id);
      if (known?.states.at(-1) === state) continue;
      if (known) this.measure(known, now);
      this.watched.set(id, {
        kind,
        states: [...(known?.states ?? []), state],
        ...((known !== undefined || this.looks > 0) && { since: now }),
      });
    }
    const present = new Set(states.map(({ id }) => id));
    for (const [id, known] of this.watched)
      if (!present.has(id) && known.states.at(-1) !== GONE) {
        this.measure(known, now);
        this.watched.set(id, { ...known, states: [...known.states, GONE], since: undefined });
      }
    this.looks += 1;
  }

  private measure({ kind, states, since }: Watched, now: number): void {
    const step = STEPS[kind][states.at(-1)!];
    if (step && since !== undefined)
      this.done.push({ resource: step, seconds: Math.round((now - since) / 1000) });
  }
}

/** The last state of what AWS does not list any more. */
const GONE = "gone";
