// Downloads of pinned files, kept in the user's cache.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../failure";
import { homeFolder } from "../../emulator/home";
import { Mirror } from "./mirror";

const ATTEMPTS = 5;
const PAUSE_MS = 200;

interface Pinned {
  name: string;
  sha256: string;
  url: string;
  mirror?: Mirror;
}

/** The path of the file: from the mirror where it is there, else from its address, and then into the mirror. Its digest is looked at either way. */
export async function download({ name, sha256, url, mirror }: Pinned): Promise<string> {
  const kept = `${name}-${sha256}`;
  const file = homeFolder("download", kept);
  mkdirSync(homeFolder("download"), { recursive: true });
  const inMirror = (await mirror?.has(kept)) ?? false;
  if (mirror && inMirror && sha256Of(file) !== sha256) {
    await mirror.get(kept, file);
    if (sha256Of(file) !== sha256) rmSync(file);
  }
  if (sha256Of(file) !== sha256) await transfer(url, sha256, file);
  if (mirror && !inMirror) await mirror.put(kept, file);
  return file;
}

/**
 * What has another digest is refused and thrown away. A transfer that breaks off continues where it stopped, here and in the next run: by
 * curl, which knows how.
 */
async function transfer(url: string, sha256: string, file: string): Promise<void> {
  const part = `${file}.part`;
  let status: number | null = 0;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (sha256Of(part) === sha256) break; // whole: a server has nothing more to send
    const options =
      "-fsSL --retry 3 --connect-timeout 20 --speed-limit 1000 --speed-time 60 --continue-at -".split(" ");
    const curl = spawnSync("curl", [...options, "--output", part, url], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (curl.error) throw new Failure("curl is needed (Debian: apt-get install curl)", 2);
    status = curl.status;
    if (status === 0) break;
    // What is there cannot be continued: the server has no ranges (33), or less than that (22).
    if (status === 33) rmSync(part, { force: true });
    if (status === 22) {
      if (!existsSync(part)) break;
      rmSync(part);
    }
    await sleep(PAUSE_MS);
  }
  if (status !== 0)
    throw new Failure(`${url} could not be downloaded (curl: ${status}); run it again to go on`);
  const found = sha256Of(part);
  if (found !== sha256) {
    rmSync(part, { force: true });
    throw new Failure(`${url} has the SHA-256 ${found}; pinned is ${sha256}. It was thrown away`);
  }
  renameSync(part, file);
}

const sha256Of = (file: string): string | undefined =>
  existsSync(file) ? createHash("sha256").update(readFileSync(file)).digest("hex") : undefined;
