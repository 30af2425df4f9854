//   conformance.ts RECORDING: the checks that it records, made again in a local cloud, and each difference; exit status 1 where there is one.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalCloud } from "../../emulator/index";
import type { Recorded } from "../../command/verify/recorder";
import { claims } from "../../verification/claims";
import { differences } from "../../verification/compare";

const read = (file: string): Recorded[] =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

async function main(file: string): Promise<void> {
  const onAws = read(file);
  // Beside claims it has stages and states.
  const recorded = new Set(onAws.map(({ claim }) => claim));
  const ids = Object.keys(claims).filter((id) => recorded.has(id));
  const folder = mkdtempSync(join(tmpdir(), "safe-storage-conformance-"));
  // Slow enough that each state is seen.
  const cloud = await LocalCloud.start({ folder: join(folder, "cloud"), speed: 120 });
  try {
    const words = ["--folder", folder, "--region", "eu-central-1", "--yes", "--budget", "1000"];
    const { status } = spawnSync(
      process.execPath,
      [join(__dirname, "../../command/main.js"), "verify", ...words, ...ids.flatMap((id) => ["--only", id])],
      { stdio: ["ignore", process.stderr, process.stderr], env: { ...process.env, ...cloud.environment } },
    );
    if (status !== 0) throw new Error(`safe-storage verify in the local cloud ended with ${status}`);
    const found = differences(onAws, read(join(folder, "recording.jsonl")));
    for (const line of found) console.log(line);
    if (found.length > 0) process.exitCode = 1;
  } finally {
    await cloud.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

void main(process.argv[2]);
