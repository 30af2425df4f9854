// A report as a person reads it; colours where there is a terminal.

import picocolors from "picocolors"; // the smallest library of colours that the field trusts
import { Mark, Report, Row, Section, Step } from "./report";

/** Where there is a terminal, also in CI; https://no-color.org. */
export const pc = picocolors.createColors(process.stdout.isTTY === true && !process.env.NO_COLOR);

export const SIGNS: Record<Mark, string> = { good: pc.green("✓"), bad: pc.red("✗"), note: pc.yellow("•") };
const STEP_SIGNS = { done: pc.green("✓"), running: pc.cyan("…"), waiting: pc.dim("·") };

export const duration = (seconds: number): string =>
  seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;

export function show(report: Report): string {
  const { sections, deploying } = report;
  const names = [
    ...sections.flatMap((s) => s.rows.map((r) => r.name)),
    ...(deploying ?? []).map((s) => s.name),
  ];
  const width = Math.min(52, Math.max(0, ...names.map((name) => name.length)));
  const blocks = sections.map((section) => showSection(section, width));
  if (deploying) blocks.unshift(showSteps(deploying, width));
  return [...blocks, verdict(report)].join("\n\n");
}

const showSection = ({ title, rows }: Section, width: number): string =>
  [pc.bold(title), ...rows.map((one) => showRow(one, width))].join("\n");

export const showRow = ({ name, state, mark }: Row, width: number): string =>
  `  ${SIGNS[mark]} ${name.padEnd(width)}  ${mark === "bad" ? pc.red(state) : state}`;

const showSteps = (steps: Step[], width: number): string =>
  [
    pc.bold("A deploy is at work"),
    ...steps.map(({ name, state, seconds, usually }) => {
      const text = seconds === undefined ? state : `for ${duration(seconds)}; AWS usually takes ${usually}`;
      return `  ${STEP_SIGNS[state]} ${name.padEnd(width)}  ${state === "waiting" ? pc.dim(text) : text}`;
    }),
  ].join("\n");

function verdict({ healthy, sections }: Report): string {
  if (healthy) return pc.green("Healthy.");
  const wrong = sections.flatMap(({ title, rows }) =>
    rows.filter((r) => r.mark === "bad").map((r) => `${title}: ${r.name}`),
  );
  return pc.red(`${wrong.length} wrong: ${wrong.join(", ")}. What to do: docs/operations.md.`);
}
