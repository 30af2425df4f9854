// The steps of a deploy as they begin and end, each against the time that AWS usually takes.

import { MultiBar, Presets, SingleBar } from "cli-progress"; // the progress bars that the field trusts
import { Step, Timeline } from "../review/timeline";
import { duration, pc, SIGNS } from "../status/show";

/** Says that a deploy is still at work, where nothing has ended for so long: services end a job that is silent for ten minutes. */
const SILENCE_MS = 5 * 60_000;
const REFRESH_MS = 1000;

interface Running {
  step: Step;
  since: number;
  /** Those of its addresses that are done. */
  done: number;
  bar?: SingleBar;
}

export class Progress {
  private readonly begun = Date.now();
  private readonly steps = new Map<string, Step>();
  private readonly running = new Map<Step, Running>();
  private readonly bars?: MultiBar;
  private readonly whole?: SingleBar;
  private readonly timer: NodeJS.Timeout;
  private lastSaid = Date.now();
  private resources = 0;

  constructor(
    private readonly timeline: Timeline,
    private readonly out: NodeJS.WriteStream = process.stderr,
  ) {
    for (const step of timeline.steps) for (const address of step.addresses) this.steps.set(address, step);
    if (out.isTTY) {
      const format = " {bar} {name}  {time}";
      this.bars = new MultiBar(
        { format, stream: out, barsize: 20, clearOnComplete: true, hideCursor: true, linewrap: false },
        Presets.shades_classic,
      );
      this.whole = this.bars.create(this.seconds(timeline.minutes), 0, this.wholeNow());
    }
    this.timer = setInterval(() => this.refresh(), REFRESH_MS);
  }

  /** Says a line, above the bars where there are any. */
  say(text: string): void {
    this.lastSaid = Date.now();
    if (this.bars) this.bars.log(`${text}\n`);
    else this.out.write(`${text}\n`);
  }

  begins(address: string): void {
    const step = this.steps.get(address);
    if (!step || this.running.has(step)) return;
    const bar = this.bars?.create(this.seconds(step.minutes), 0, { name: step.name, time: "" });
    this.running.set(step, { step, since: Date.now(), done: 0, ...(bar && { bar }) });
    this.refresh();
  }

  ends(address: string): void {
    this.resources++;
    const running = this.running.get(this.steps.get(address)!);
    if (!running || ++running.done < running.step.addresses.length) return;
    this.conclude(running, `${SIGNS.good} ${running.step.name}: ${took(running)}`);
  }

  fails(address: string): void {
    const running = this.running.get(this.steps.get(address)!);
    if (running) this.conclude(running, `${SIGNS.bad} ${running.step.name}: failed, ${took(running)}`);
  }

  /** Takes the bars away. */
  stop(): void {
    clearInterval(this.timer);
    this.bars?.stop();
  }

  private conclude({ step, bar }: Running, text: string): void {
    this.running.delete(step);
    if (bar) this.bars!.remove(bar);
    this.say(text);
    // A further attempt of it would begin it again.
    for (const address of step.addresses) this.steps.delete(address);
  }

  private refresh(): void {
    for (const { step, since, bar } of this.running.values())
      bar?.update(Math.min((Date.now() - since) / 1000, this.seconds(step.minutes)), {
        name: step.name,
        time: against(Date.now() - since, step.minutes),
      });
    this.whole?.update(
      Math.min((Date.now() - this.begun) / 1000, this.seconds(this.timeline.minutes)),
      this.wholeNow(),
    );
    if (this.bars || this.running.size === 0 || Date.now() - this.lastSaid < SILENCE_MS) return;
    const at = [...this.running.values()].map(
      ({ step, since }) => `${step.name} ${against(Date.now() - since, step.minutes)}`,
    );
    this.say(`… at work: ${at.join("; ")}`);
  }

  private wholeNow(): { name: string; time: string } {
    const { minutes } = this.timeline;
    return {
      name: pc.bold("the whole deploy"),
      time: `${against(Date.now() - this.begun, minutes)}; ${this.resources} ${this.resources === 1 ? "resource" : "resources"} done`,
    };
  }

  /** A bar of length 0 is full before it begins. */
  private seconds(minutes: number): number {
    return Math.max(1, minutes * 60);
  }
}

const usually = (minutes: number): string =>
  minutes < 1 ? "less than a minute" : `${Math.round(minutes)} min`;

const against = (ms: number, minutes: number): string =>
  `${duration(Math.round(ms / 1000))}; AWS usually takes ${usually(minutes)}`;

const took = ({ step, since }: Running): string => against(Date.now() - since, step.minutes);
