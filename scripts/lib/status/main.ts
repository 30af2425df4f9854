// scripts/status: looks at a deployment, once or again and again.
//   tsx scripts/lib/status/main.ts FOLDER STACK_FOLDER [--json] [--watch [SECONDS]]

import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { Stack } from "../deploy/stack";
import { DeploymentState } from "./deployment";
import { look } from "./look";
import { Report } from "./report";
import { show } from "./show";
import { deploySteps } from "./steps";

const DEFAULT_SECONDS = 5;
const USAGE = "usage: scripts/status [--folder FOLDER] [--json] [--watch [SECONDS]]";
const COULD_NOT_LOOK = 2;

interface Options {
  folder: string;
  /** Where its synthesized stack is. */
  stackFolder: string;
  json: boolean;
  /** Undefined for once. */
  everySeconds?: number;
}

function optionsOf([folder, stackFolder, ...rest]: string[]): Options {
  const options: Options = { folder, stackFolder, json: false };
  while (rest.length > 0) {
    const word = rest.shift()!;
    if (word === "--json") options.json = true;
    else if (word === "--watch")
      options.everySeconds = /^\d+$/.test(rest[0] ?? "") ? Number(rest.shift()) : DEFAULT_SECONDS;
    else throw new Error(`${word} is not known. ${USAGE}`);
  }
  return options;
}

/** A deploy or destroy holds the folder's lock as long as it lives. */
const isDeploying = (folder: string): boolean =>
  spawnSync("flock", ["--nonblock", "--conflict-exit-code", "99", folder, "true"]).status === 99;

async function report({ folder, stackFolder }: Options): Promise<Report> {
  const stack = new Stack(stackFolder, process.env.TERRAFORM_BINARY_NAME ?? "terraform");
  const deployment = new DeploymentState(stack);
  const deploying = isDeploying(folder);
  const steps = deploying ? await deploySteps(deployment) : undefined;
  const sections = await look(deployment, deploying);
  if (sections.length === 0 && !deploying)
    sections.push({
      title: "Deployment",
      rows: [{ name: folder, state: "nothing is deployed", mark: "bad" }],
    });
  const healthy = sections.every((s) => s.rows.every((r) => r.mark !== "bad"));
  return { healthy, sections, ...(steps && { deploying: steps }) };
}

/** Between two writes of Terraform's the state may be cut off: whoever watches looks again. */
async function lookOnce(options: Options): Promise<number> {
  const { json, everySeconds } = options;
  let found: Report;
  try {
    found = await report(options);
  } catch (error) {
    console.error(`status: ${(error as Error).message.split("\n")[0]}`);
    return COULD_NOT_LOOK;
  }
  if (!json && everySeconds !== undefined && process.stdout.isTTY) process.stdout.write("\x1b[H\x1b[2J");
  console.log(json ? JSON.stringify(found, null, everySeconds === undefined ? 2 : 0) : show(found));
  return found.healthy ? 0 : 1;
}

async function main(): Promise<void> {
  const options = optionsOf(process.argv.slice(2));
  do {
    process.exitCode = await lookOnce(options);
    if (options.everySeconds !== undefined) await sleep(options.everySeconds * 1000);
  } while (options.everySeconds !== undefined);
}

// Whoever ends a watch learns what it has seen last.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(process.exitCode));
main().catch((error: Error) => {
  console.error(`status: ${error.message}`);
  process.exitCode = COULD_NOT_LOOK;
});
