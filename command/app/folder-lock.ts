// One deploy or destroy at a time in a folder. Terraform's own lock of the state begins later, when the state has been looked at already.

import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { Failure } from "../failure";

const TAKEN = 99;
const noFlock = (): Failure =>
  new Failure("flock is needed: util-linux has it, on macOS the formula flock of Homebrew", 2);

/** Holds the lock as long as this process lives, however it ends: the lock's own process then reads the end of its input. */
export async function lockFolder(folder: string): Promise<void> {
  const child = spawn(
    "flock",
    ["--nonblock", "--conflict-exit-code", String(TAKEN), folder, "sh", "-c", "echo locked; cat >/dev/null"],
    { stdio: ["pipe", "pipe", "inherit"], detached: true }, // an interrupt of the terminal's is not for it
  );
  const status = await new Promise<number | "locked">((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", () => resolve("locked"));
    child.once("error", () => reject(noFlock()));
    child.once("close", (code) => resolve(code ?? 1));
  });
  if (status !== "locked")
    throw new Failure(
      `another deploy or destroy is at work in ${folder}. Nothing was changed. Run it again when that one has ended`,
    );
  // This process ends without waiting for it.
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as unknown as { unref: () => void }).unref();
}

export function isLocked(folder: string): boolean {
  const { status, error } = spawnSync("flock", [
    "--nonblock",
    "--conflict-exit-code",
    String(TAKEN),
    folder,
    "true",
  ]);
  if (error) throw noFlock();
  return status === TAKEN;
}
