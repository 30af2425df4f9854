// A local cloud as a process of its own, in a folder.

import { ChildProcess, spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

const ROOT = join(__dirname, "../..");

/** `scripts/test --pessimistic`: every step of AWS's takes the longest that is reported of it (docs/durations.md). */
export const isPessimistic = process.env.LOCAL_CLOUD_PESSIMISTIC === "true";

export class CloudProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** It takes a free port itself, and says which: one that was looked up before could be another process's by then. */
  static async start(folder: string): Promise<CloudProcess> {
    mkdirSync(folder, { recursive: true });
    const log = openSync(join(folder, "log"), "a");
    const program = join(ROOT, ".local/js/emulator/main.js");
    const longest = isPessimistic ? ["--pessimistic"] : [];
    const child = spawn(process.execPath, [program, "--port", "0", "--folder", folder, ...longest], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", log],
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    });
    // It goes with the test that has it, however that ends.
    process.once("exit", () => child.kill());
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout! }).on("line", (line) => {
        const [, found] = /is ready at (\S+)$/.exec(line) ?? [];
        if (found) resolve(found);
      });
      child.once("exit", () => reject(new Error(`The local cloud has ended; its log is ${folder}/log`)));
    });
    return new CloudProcess(url, child);
  }

  /** Asks the local cloud itself for something: emulator/README.md, «Beside AWS's API». */
  async post(path: string, body: object = {}): Promise<void> {
    const answer = await fetch(`${this.url}/_local/${path}`, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill();
    await ended;
  }
}
