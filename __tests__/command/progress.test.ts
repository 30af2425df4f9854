// The steps of a deploy as they are shown: a line each in a pipe, bars on a terminal.

import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { Progress } from "../../command/deploy/progress";
import { Step } from "../../command/review/timeline";

const step = (name: string, minutes: number, addresses: string[]): Step => ({
  name,
  minutes,
  addresses,
  from: 0,
  waitsFor: [],
  critical: true,
});
const TIMELINE = {
  steps: [step("cluster", 5, ["cluster"]), step("connect the key store", 20, ["attempt-1", "attempt-2"])],
  minutes: 25,
  lowerBoundMinutes: 25,
};

/** What is written to a pipe, or to a terminal. */
function output(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 120, rows: 40 });
  let written = "";
  stream.on("data", (data: Buffer) => (written += data.toString()));
  const progress = new Progress(TIMELINE, stream as unknown as NodeJS.WriteStream);
  return {
    progress,
    text: () => stripVTControlCharacters(written),
    clear: () => (written = ""),
  };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test("in a pipe each step has one line, when it has ended; attempts in a row are one step", () => {
  const { progress, text } = output(false);
  progress.begins("cluster");
  jest.advanceTimersByTime(4 * 60_000);
  progress.ends("cluster");
  progress.begins("attempt-1");
  jest.advanceTimersByTime(90_000);
  progress.ends("attempt-1");
  progress.begins("something else");
  progress.ends("something else");
  progress.begins("attempt-2");
  jest.advanceTimersByTime(5000);
  progress.ends("attempt-2");
  progress.stop();
  expect(text()).toBe(
    "✓ cluster: 4 min 0 s; AWS usually takes 5 min\n✓ connect the key store: 1 min 35 s; AWS usually takes 20 min\n",
  );
});

test("a step that fails says so", () => {
  const { progress, text } = output(false);
  progress.begins("cluster");
  jest.advanceTimersByTime(2000);
  progress.fails("cluster");
  progress.stop();
  expect(text()).toBe("✗ cluster: failed, 2 s; AWS usually takes 5 min\n");
});

test("a pipe in which nothing ends hears every five minutes what is at work", () => {
  const { progress, text } = output(false);
  progress.begins("attempt-1");
  jest.advanceTimersByTime(11 * 60_000);
  progress.stop();
  expect(text().split("\n")).toEqual([
    "… at work: connect the key store 5 min 0 s; AWS usually takes 20 min",
    "… at work: connect the key store 10 min 0 s; AWS usually takes 20 min",
    "",
  ]);
});

test("on a terminal there is a bar for the whole and for each step that runs, and the line of a step that has ended", () => {
  const { progress, text, clear } = output(true);
  progress.begins("cluster");
  jest.advanceTimersByTime(150_000);
  expect(text()).toMatch(/█+░+ the whole deploy {2}2 min 29 s; AWS usually takes 25 min; 0 resources done/);
  expect(text()).toMatch(/█{10}░{10} cluster {2}2 min 2\d s; AWS usually takes 5 min/);
  progress.ends("cluster");
  clear();
  jest.advanceTimersByTime(2000);
  expect(text()).toContain("✓ cluster: 2 min 30 s; AWS usually takes 5 min");
  expect(text()).toContain("1 resource done");
  clear();
  jest.advanceTimersByTime(2000);
  expect(text()).not.toContain(" cluster ");
  progress.stop();
});
