// A timeline as SVG: a bar a step, the critical path in another colour, arrows from what each waits for.

import { escaped, svg } from "./picture";
import { time } from "./markdown";
import type { Timeline } from "./timeline";

const ROW = 26;
const WIDTH = 560;
const TOP = 28;
const RIGHT = 90;

export function timelinePicture({ steps, minutes, lowerBoundMinutes }: Timeline, title: string): string {
  const left = Math.max(...steps.map(({ name }) => name.length), 10) * 7.4 + 20;
  const scale = WIDTH / Math.max(minutes, 1);
  const x = (at: number): number => left + at * scale;
  const height = TOP + steps.length * ROW + 12;
  const grid = marksOf(minutes).map(
    (at) =>
      `<line class="grid" x1="${x(at)}" y1="${TOP - 6}" x2="${x(at)}" y2="${height - 8}"/><text class="note" x="${x(at)}" y="14" text-anchor="middle">${time(at)}</text>`,
  );
  const bars = steps.map((step, i) => {
    const y = TOP + i * ROW;
    const width = Math.max(step.minutes * scale, 3);
    return [
      `<text class="label" x="${left - 10}" y="${y + 14}" text-anchor="end">${escaped(step.name)}</text>`,
      `<rect class="bar${step.critical ? " critical" : ""}" x="${x(step.from).toFixed(1)}" y="${y + 2}" width="${width.toFixed(1)}" height="${ROW - 10}" rx="3"><title>${escaped(`${step.name}: ${time(step.minutes)}${step.critical ? ", on the critical path" : ""}`)}</title></rect>`,
      `<text class="note" x="${(x(step.from) + width + 5).toFixed(1)}" y="${y + 14}">${time(step.minutes)}</text>`,
    ].join("");
  });
  const bound = `<line class="bound" x1="${x(lowerBoundMinutes).toFixed(1)}" y1="${TOP - 6}" x2="${x(lowerBoundMinutes).toFixed(1)}" y2="${height - 8}"><title>${escaped(`not below ${time(lowerBoundMinutes)} in any order`)}</title></line>`;
  return svg(left + WIDTH + RIGHT, height, title, [...grid, bound, ...bars]);
}

/** Every ten minutes, or as many as leave some ten lines. */
function marksOf(minutes: number): number[] {
  const every = Math.max(10, Math.ceil(minutes / 100) * 10);
  return Array.from({ length: Math.floor(minutes / every) + 1 }, (_, i) => i * every);
}
