// The undisturbed deploy: a snapshot at each stage's beginning, what there is then, and the calls that each stage makes.

import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { App } from "../../../command/app/app";
import { census } from "./census";
import { Call, changes, Stage, STAGES } from "./chain";
import { ROOT, Workshop } from "./workshop";

/** Refuses for good the call that begins a stage, with an error that nobody tries again. */
export const refusal = ({ begin, call }: Stage) => ({
  operation: begin,
  call,
  fault: "error",
  code: "AccessDeniedException",
  status: 400,
  times: 1_000_000,
});

export interface Reference {
  workshop: Workshop;
  /** What there is at each stage's beginning, and last at the end. */
  present: string[][];
  /** The calls of each stage, by their first occurrence. */
  calls: Call[][];
}

export const presentIn = async (workshop: Workshop): Promise<string[]> => [
  ...(await census(workshop.endpoint)),
  ...workshop.stateAddresses(),
];

export async function buildReference(folder: string): Promise<Reference> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const workshop = new Workshop(folder);
  await workshop.start();
  const prepare = 'source scripts/lib/common.sh; source scripts/lib/run.sh; prepare_run "$1"';
  execFileSync("bash", ["-ec", prepare, "bash", folder], {
    cwd: ROOT,
    env: { ...process.env, AWS_ENDPOINT_URL: workshop.endpoint },
    stdio: ["ignore", "ignore", "inherit"],
  });
  new App(folder).synth();
  workshop.limitRetries();
  await workshop.init();
  await workshop.save("0");
  const reference: Reference = { workshop, present: [[]], calls: [] };
  const seen = new Set<string>();
  for (let next = 1; next <= STAGES.length; next++) {
    const before = (await workshop.calls()).length;
    const begin = STAGES[next]?.begin;
    if (begin) await workshop.arm(refusal(STAGES[next]));
    const { status, output } = await workshop.deploy();
    const held = begin !== undefined && (await workshop.struck())[0] > 0;
    await workshop.endFaults();
    if (begin ? !held : status !== 0)
      throw new Error(
        `The undisturbed deploy did not come to ${begin ?? "its end"}:\n${output.slice(-3000)}`,
      );
    reference.calls.push(callsOf((await workshop.calls()).slice(before), seen));
    reference.present.push(await presentIn(workshop));
    await workshop.save(String(next));
    console.error(`  ✓ ${STAGES[next - 1].name}: ${reference.calls.at(-1)!.length} calls`);
  }
  return reference;
}

/** Each call once in a stage; what only looks, in the first stage that makes it. */
function callsOf(record: { who: string; operation: string; status: number }[], seen: Set<string>): Call[] {
  const calls = new Map<string, Call>();
  let number = 0;
  for (const { who, operation, status } of record) {
    const ofOperator = who.endsWith("-operator");
    if (ofOperator) number++;
    const key = `${ofOperator} ${operation}`;
    if (status >= 300 || status === 0 || calls.has(key) || (seen.has(key) && !changes(operation))) continue;
    seen.add(key);
    calls.set(key, { operation, ofOperator, number: ofOperator ? number : 0 });
  }
  return [...calls.values()];
}
