// The local cloud in the background, found again by its port.

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure, say } from "../failure";
import { homeFolder } from "../../emulator/home";
import { pythonWith } from "../../emulator/python";
import { localCloudPackage } from "./package";

const START_MS = 60_000;
const STOP_MS = 10_000;
const PAUSE_MS = 100;

interface Given {
  port: number;
}

interface Launch {
  speed: number;
  pessimistic?: boolean;
  state?: string;
}

export const urlOf = (port: number): string => `http://127.0.0.1:${port}`;
const folderOf = (port: number): string => homeFolder(`cloud-${port}`);
const pidFile = (port: number): string => `${folderOf(port)}/pid`;

/** The process that was started for a port, if it lives. */
function processOf(port: number): number | undefined {
  if (!existsSync(pidFile(port))) return undefined;
  const pid = Number(readFileSync(pidFile(port), "utf8"));
  try {
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}

async function health(port: number): Promise<object | undefined> {
  try {
    const answer = await fetch(`${urlOf(port)}/_local/health`, { signal: AbortSignal.timeout(5000) });
    return answer.ok ? ((await answer.json()) as object) : {};
  } catch {
    return undefined;
  }
}

export async function start({ port, ...how }: Given & Launch): Promise<void> {
  if (processOf(port) === undefined) {
    if (await health(port)) throw new Failure(`something else answers on port ${port}`);
    await launch(port, how);
  }
  console.log(
    [
      `export AWS_ENDPOINT_URL=${urlOf(port)}`,
      "export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local",
      "export AWS_REGION=${AWS_REGION:-eu-central-1} AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-eu-central-1}",
      "export AWS_EC2_METADATA_DISABLED=true",
    ].join("\n"),
  );
}

async function launch(port: number, { speed, pessimistic, state }: Launch): Promise<void> {
  const { program, requirements } = localCloudPackage().files;
  const python = pythonWith(requirements);
  const folder = folderOf(port);
  mkdirSync(folder, { recursive: true });
  const options = {
    port: String(port),
    speed: String(speed),
    folder,
    python,
    ...(state && { state: resolve(state) }),
  };
  if (state) mkdirSync(state, { recursive: true });
  const log = openSync(`${folder}/log`, "w");
  const child = spawn(
    process.execPath,
    [
      program,
      ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
      ...(pessimistic ? ["--pessimistic"] : []),
    ],
    {
      detached: true,
      stdio: ["ignore", log, log],
    },
  );
  writeFileSync(pidFile(port), String(child.pid));
  for (
    const began = Date.now();
    child.exitCode === null && Date.now() - began < START_MS;
    await sleep(PAUSE_MS)
  )
    if (await health(port)) {
      child.unref();
      return say(`The local cloud is ready at ${urlOf(port)}.`);
    }
  child.kill();
  rmSync(pidFile(port));
  throw new Failure(`the local cloud did not start:\n${readFileSync(`${folder}/log`, "utf8")}`);
}

export async function stop({ port }: Given): Promise<void> {
  const pid = processOf(port);
  if (pid === undefined) say(`No local cloud on port ${port}.`);
  else {
    process.kill(pid);
    for (const began = Date.now(); processOf(port) !== undefined; await sleep(PAUSE_MS))
      if (Date.now() - began > STOP_MS) process.kill(pid, "SIGKILL");
    say(`The local cloud on port ${port} is stopped.`);
  }
  for (const part of ["pid", "lambda"]) rmSync(`${folderOf(port)}/${part}`, { recursive: true, force: true });
}

export async function status({ port, json }: Given & { json?: boolean }): Promise<void> {
  const found = processOf(port) === undefined ? undefined : await health(port);
  if (json) console.log(JSON.stringify(found ?? { status: "stopped" }));
  else if (found) console.log(`The local cloud on port ${port}: ${JSON.stringify(found)}`);
  else say(`No local cloud on port ${port}.`);
  if (!found) process.exitCode = 1;
}
