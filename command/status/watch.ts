// Looks at a deployment, once or again and again.

import { setTimeout as sleep } from "node:timers/promises";
import { App } from "../app/app";
import { DeploymentState } from "../app/deployment";
import { isLocked } from "../app/folder-lock";
import { Stack } from "../app/stack";
import { deploymentAt, Known, Where } from "../app/state";
import { terraformBinary } from "../app/terraform";
import { Failure } from "../failure";
import { look } from "./look";
import { Report } from "./report";
import { show } from "./show";
import { deploySteps } from "./steps";

const DEFAULT_SECONDS = 5;
const COULD_NOT_LOOK = 2;

interface Options extends Omit<Where, "stack"> {
  stack?: string[];
  json?: boolean;
  /** True for the usual pause. */
  watch?: number | true;
}

/** What is looked at, each time anew, and whether somebody is changing it. */
interface Subject {
  name: string;
  known: () => Promise<Known>;
  isDeploying: () => boolean;
}

async function subjectsOf(options: Options): Promise<Subject[]> {
  if (options.state !== undefined)
    return [
      { name: options.state, known: () => deploymentAt({ state: options.state }), isDeploying: () => false },
    ];
  const app = new App(options.folder);
  // A deploy that is in progress synthesizes by itself.
  while (!app.isSynthesized && isLocked(app.folder)) await sleep(1000);
  if (!app.isSynthesized) app.synth();
  return app.stacks(options.stack).map((stack) => {
    const isDeploying = (): boolean => isLocked(app.folder);
    if (!isDeploying()) app.init(stack);
    return { name: stack.name, known: async () => new Stack(stack.folder, terraformBinary()), isDeploying };
  });
}

async function reportOf(subjects: Subject[]): Promise<Report> {
  const report: Report = { healthy: true, sections: [] };
  for (const { name, known, isDeploying } of subjects) {
    const deployment = new DeploymentState(await known());
    const deploying = isDeploying();
    if (deploying) report.deploying = [...(report.deploying ?? []), ...(await deploySteps(deployment))];
    const sections = await look(deployment, deploying);
    if (sections.length === 0 && !deploying)
      sections.push({ title: "Deployment", rows: [{ name, state: "nothing is deployed", mark: "bad" }] });
    const of = subjects.length > 1 ? `${name}: ` : "";
    report.sections.push(...sections.map((section) => ({ ...section, title: `${of}${section.title}` })));
  }
  report.healthy = report.sections.every((s) => s.rows.every((r) => r.mark !== "bad"));
  return report;
}

export async function watch(options: Options): Promise<void> {
  const seconds = options.watch === true ? DEFAULT_SECONDS : options.watch;
  // Whoever ends a watch learns what it has seen last.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(process.exitCode));
  const subjects = await couldNotLook(() => subjectsOf(options));
  do {
    // Between two writes of Terraform's the state may be cut off: whoever watches looks again.
    const report = await couldNotLook(() => reportOf(subjects)).catch((error: Failure) => {
      if (seconds === undefined) throw error;
      console.error(`status: ${error.message}`);
      process.exitCode = COULD_NOT_LOOK;
    });
    if (report) print(report, options.json, seconds);
    if (seconds !== undefined) await sleep(seconds * 1000);
  } while (seconds !== undefined);
}

function print(report: Report, json: boolean | undefined, seconds?: number): void {
  if (!json && seconds !== undefined && process.stdout.isTTY) process.stdout.write("\x1b[H\x1b[2J");
  console.log(json ? JSON.stringify(report, null, seconds === undefined ? 2 : 0) : show(report));
  process.exitCode = report.healthy ? 0 : 1;
}

async function couldNotLook<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Failure((error as Error).message.split("\n")[0], COULD_NOT_LOOK);
  }
}
