// build-reference.ts usual|everything: makes that reference deployment where there is none of these sources.

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Deployment, Outcome } from "./deployment";
import { privateRootCa } from "./private-ca";
import { ReferenceName, REFERENCES, referenceFolder } from "./reference";

/** Deploys, while safe-storage status looks on; keeps what that has shown. */
async function deployWatched(deployment: Deployment): Promise<Outcome> {
  const deploying = deployment.deploy();
  while (!existsSync(join(deployment.folder, "cdktf.out/stacks"))) await sleep(100);
  const watch = deployment.watch("status", "--json", "--watch", "3");
  const outcome = await deploying;
  writeFileSync(join(deployment.folder, "watched.log"), await watch.end());
  return outcome;
}

/** Deploys, while the argument lists of all processes are read. */
async function deployByCdktf(deployment: Deployment): Promise<Outcome> {
  deployment.watchesProcesses = true;
  const outcome = await deployment.cdktf("deploy", "--auto-approve", "--skip-provider-lock");
  deployment.watchesProcesses = false;
  return outcome;
}

async function build(name: ReferenceName): Promise<void> {
  const folder = referenceFolder(name);
  if (existsSync(join(folder, "ready"))) return;
  // Others are of sources that have changed.
  rmSync(dirname(folder), { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  const deployment = await Deployment.start(`reference-${name}`, {}, folder);
  try {
    const { settings, by } = REFERENCES[name];
    const chosen = settings(() => privateRootCa(deployment));
    writeFileSync(join(folder, "reference.json"), JSON.stringify(chosen));
    deployment.configure(chosen);
    const { status, output } = await (by === "cdktf" ? deployByCdktf : deployWatched)(deployment);
    if (status !== 0) {
      writeFileSync(join(folder, "failed"), "");
      throw new Error(output);
    }
    const { output: plan } = await deployment.plan();
    writeFileSync(join(folder, "second-plan.log"), plan);
    await deployment.saveSnapshot();
  } finally {
    await deployment.stop();
  }
  writeFileSync(join(folder, "arguments.json"), JSON.stringify(deployment.argumentLists), { mode: 0o600 });
  writeFileSync(join(folder, "ready.new"), "");
  renameSync(join(folder, "ready.new"), join(folder, "ready"));
}

build(process.argv[2] as ReferenceName).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
