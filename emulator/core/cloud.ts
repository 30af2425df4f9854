// The heart of the local cloud: its state, its clock, and the changes that are still to come.

import { randomBytes } from "node:crypto";
import { Step, table } from "./durations";
import { AwsError } from "./errors";
import { defaultQuotas } from "../service-quotas/quotas";
import { emptyRegion, Region } from "./state";

interface Event {
  at: number;
  kind: string;
  region: string;
  id: string;
}

/** A cloud as plain JSON. Its clock continues where it was. */
export interface SavedCloud {
  now: number;
  regions: Record<string, Region>;
  events: Event[];
}

/** A timer cannot wait for months. */
const DAY = 86_400_000;

type Handler = (region: string, id: string) => Promise<void> | void;

export class Cloud {
  readonly quotas = { ...defaultQuotas };
  readonly accountId = "123456789012";
  private readonly handlers = new Map<string, Handler>();
  private readonly regions: Record<string, Region> = Object.create(null);
  private readonly listeners: ((at: number) => void)[] = [];
  private events: Event[] = [];
  private offset = 0;
  private queue: Promise<unknown> = Promise.resolve();

  /**
   * @param speed AWS's working times are divided by it; waits of days are not, move the clock for those.
   * @param pessimistic takes the longest that anybody has reported, rather than the usual ones.
   */
  constructor(
    readonly speed: number,
    private readonly pessimistic = false,
  ) {}

  region(name: string): Region {
    if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(name))
      throw new AwsError("InvalidSignatureException", `${name} is no region.`, 403);
    return (this.regions[name] ??= emptyRegion());
  }

  save(): SavedCloud {
    return structuredClone({ now: this.now(), regions: this.regions, events: this.events });
  }

  load(saved: SavedCloud): void {
    this.offset = saved.now - Date.now();
    this.events = structuredClone(saved.events);
    for (const name of Object.keys(this.regions)) delete this.regions[name];
    for (const [name, region] of Object.entries(structuredClone(saved.regions))) {
      const taken = this.region(name);
      for (const map of Object.keys(taken) as (keyof Region)[]) Object.assign(taken[map], region[map]);
    }
    this.changed();
  }

  /** Emulated time in milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.offset;
  }

  /** Emulated time as AWS's JSON protocols show it: a number of seconds. */
  timestamp(): number {
    return Math.round(this.now()) / 1000;
  }

  on(kind: string, handler: Handler): void {
    this.handlers.set(kind, handler);
  }

  /** Lets `step` end after AWS's duration for it, then runs the handler of that name. */
  schedule(step: Step, region: string, id: string): void {
    const seconds = table[step][this.pessimistic ? "maximum" : "median"];
    this.scheduleAt(this.now() + (seconds * 1000) / this.speed, step, region, id);
  }

  /** Calendar time, which `speed` does not divide. */
  scheduleIn(seconds: number, kind: string, region: string, id: string): void {
    this.scheduleAt(this.now() + seconds * 1000, kind, region, id);
  }

  scheduleAt(at: number, kind: string, region: string, id: string): void {
    this.events.push({ at, kind, region, id });
    this.events.sort((a, b) => a.at - b.at);
  }

  /** The same where nobody may ask for anything until then: what is due is done by itself. */
  scheduleAndWake(at: number, kind: string, region: string, id: string): void {
    this.scheduleAt(at, kind, region, id);
    const wait = at - this.now();
    if (wait < DAY) setTimeout(() => void this.exclusively(async () => {}), wait + 1).unref();
  }

  cancel(kind: string, region: string, id: string): void {
    this.events = this.events.filter((e) => !(e.kind === kind && e.region === region && e.id === id));
  }

  /** Ids of what is still to come of a kind. */
  pending(kind: string, region: string): string[] {
    return this.events.filter((e) => e.kind === kind && e.region === region).map((e) => e.id);
  }

  /** Calls back after everything that may have changed a state, with when that was due: it may be noticed later. */
  onChange(listener: (at: number) => void): void {
    this.listeners.push(listener);
  }

  regionsByName(): [string, Region][] {
    return Object.entries(this.regions);
  }

  everyRegion(): Region[] {
    return Object.values(this.regions);
  }

  /** One request at a time sees the state, with everything done that is due by now. */
  exclusively<T>(work: () => Promise<T>, changes = false): Promise<T> {
    const turn = this.queue.then(async () => {
      await this.settle();
      const began = this.now();
      try {
        return await work();
      } finally {
        if (changes) this.changed(began);
      }
    });
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  /** Moves the clock forward; what becomes due on the way happens in its order and at its time. */
  async advance(seconds: number): Promise<void> {
    const target = this.now() + seconds * 1000;
    await this.exclusively(async () => {
      for (let next = this.events[0]; next && next.at <= target; next = this.events[0]) {
        this.offset += Math.max(0, next.at - this.now());
        await this.settle();
      }
      this.offset += Math.max(0, target - this.now());
    });
  }

  private async settle(): Promise<void> {
    for (let next = this.events[0]; next && next.at <= this.now(); next = this.events[0]) {
      this.events.shift();
      await this.handlers.get(next.kind)?.(next.region, next.id);
      this.changed(next.at);
    }
  }

  private changed(at = this.now()): void {
    for (const listener of this.listeners) listener(at);
  }
}

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** An id as CloudHSM makes them: `cluster-`, `hsm-`, `backup-` and eleven characters of base32. */
export const hsmServiceId = (prefix: string): string =>
  `${prefix}-${Array.from(randomBytes(11), (b) => BASE32[b % 32]).join("")}`;

/** An id of hexadecimal digits, as most services make them. */
export const hexId = (prefix: string, digits = 17): string =>
  `${prefix}-${randomBytes(16).toString("hex").slice(0, digits)}`;
