// Tries every fault at every call of the chain, side by side, and prints the matrix.

import { cpus } from "node:os";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Case, Fault, FAULTS, faultsOf, STAGES } from "./chain";
import { buildReference, Reference } from "./reference";
import { Trial, tryCase } from "./trial";
import { ROOT, Workshop } from "./workshop";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    workers: { type: "string", default: String(6 * cpus().length) }, // they wait for AWS's durations more than they work
  },
});
const FOLDER = join(ROOT, ".local/faults");

const nameOf = ({ stage, call, fault }: Case): string =>
  `${STAGES[stage].name}/${call.ofOperator ? "operator" : "terraform"}/${call.operation}/${fault}`;

function casesOf(reference: Reference): Case[] {
  const all = reference.calls.flatMap((calls, stage) =>
    calls.flatMap((call) => faultsOf(call).map((fault) => ({ stage, call, fault }))),
  );
  return values.only ? all.filter((c) => values.only!.some((part) => nameOf(c).includes(part))) : all;
}

async function tryAll(reference: Reference, cases: Case[]): Promise<Trial[]> {
  const trials: Trial[] = [];
  let queue = [...cases];
  // Ctrl+C: what was begun is finished, and the matrix has what was tried.
  process.once("SIGINT", () => (queue = []));
  const work = async (workshop: Workshop): Promise<void> => {
    try {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const started = Date.now();
        const trial = await tryCase(workshop, reference, next).catch((error: Error) => failed(next!, error));
        trials.push(trial);
        console.error(
          `  ${sign(trial)} ${nameOf(next)} (${Math.round((Date.now() - started) / 1000)} s; ${trials.length} of ${cases.length})`,
        );
        writeFileSync(join(FOLDER, "trials.json"), JSON.stringify(trials, null, 1));
      }
    } finally {
      await workshop.stop();
    }
  };
  const working: Promise<void>[] = [];
  // One after the other: many local clouds that start at once take longer than anybody waits for one.
  for (let number = 1; number <= Math.min(Number(values.workers), cases.length); number++)
    working.push(work(await reference.workshop.copy(join(FOLDER, `worker-${number}`))));
  await Promise.all(working);
  return trials;
}

/** A trial that could not be held counts as one that did not converge. */
const failed = (what: Case, error: Error): Trial => ({
  case: what,
  different: [`the trial failed: ${error.message}`],
  lines: [],
  output: error.stack ?? "",
});

const sign = (trial: Trial): string =>
  trial.missed ? "-" : trial.reruns !== undefined ? String(trial.reruns) : trial.convergedByLines ? "!" : "✗";

/** A row a call, a column a fault. */
function printMatrix(trials: Trial[]): void {
  const rows = new Map<string, Partial<Record<Fault, string>>>();
  for (const trial of trials) {
    const row = nameOf(trial.case).replace(/\/[^/]*$/, "");
    rows.set(row, { ...rows.get(row), [trial.case.fault]: sign(trial) });
  }
  const width = Math.max(...[...rows.keys()].map((row) => row.length));
  console.log(`${"".padEnd(width)}  ${FAULTS.join("  ")}`);
  for (const [row, cells] of [...rows].sort((a, b) => order(a[0]) - order(b[0])))
    console.log(
      `${row.padEnd(width)}  ${FAULTS.map((f) => (cells[f] ?? "").padEnd(f.length)).join("  ")}`.trimEnd(),
    );
  console.log(
    "\nA number: so many further deploys, and all was as without the fault. !: after the line that the deploy gave. ✗: not. -: the call was not made.",
  );
}

const order = (row: string): number => STAGES.findIndex(({ name }) => row.startsWith(`${name}/`));

function printRest(trials: Trial[]): void {
  for (const trial of trials.filter((t) => t.reruns === undefined)) {
    console.log(`\n${sign(trial)} ${nameOf(trial.case)}`);
    for (const line of trial.different) console.log(`    ${line}`);
    for (const line of trial.lines) console.log(`    a person runs: ${line}`);
  }
}

async function main(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  console.error("The undisturbed deploy, stage by stage");
  const reference = await buildReference(join(FOLDER, "reference"));
  await reference.workshop.stop();
  const cases = casesOf(reference);
  if (cases.length === 0) throw new Error("no case has such a name");
  console.error(`${cases.length} cases`);
  const trials = await tryAll(reference, cases);
  printMatrix(trials);
  printRest(trials);
  const tried = trials.filter((t) => !t.missed || t.reruns === undefined);
  const converged = tried.filter((t) => t.reruns !== undefined);
  console.log(`\n${converged.length} / ${tried.length} converged`);
  process.exitCode = tried.every((t) => t.reruns !== undefined || t.convergedByLines) ? 0 : 1;
}

main().catch((error: Error) => {
  console.error(`fault-matrix: ${error.message}`);
  process.exitCode = 1;
});
