// A local cloud as a process of its own, in a folder.

import { ChildProcess, spawn } from "node:child_process";
import { mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../emulator/moto";

const ROOT = join(__dirname, "../..");
/** For what hangs. */
const MOST_WAITING_MS = 5 * 60_000;

export class CloudProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(folder: string): Promise<CloudProcess> {
    mkdirSync(folder, { recursive: true });
    const port = await freePort();
    const log = openSync(join(folder, "log"), "a");
    const program = join(ROOT, ".local/js/emulator/main.js");
    const child = spawn(process.execPath, [program, "--port", String(port), "--folder", folder], {
      cwd: ROOT,
      stdio: ["ignore", log, log],
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    });
    const cloud = new CloudProcess(`http://127.0.0.1:${port}`, child);
    // It goes with the test that has it, however that ends.
    process.once("exit", () => child.kill());
    const end = Date.now() + MOST_WAITING_MS;
    while (!(await fetch(`${cloud.url}/_local/health`).catch(() => undefined))) {
      if (child.exitCode !== null || Date.now() > end)
        throw new Error(`The local cloud does not answer; its log is ${folder}/log`);
      await sleep(50);
    }
    return cloud;
  }

  /** Asks the local cloud itself for something: emulator/README.md, «Beside AWS's API». */
  async post(path: string, body: object = {}): Promise<void> {
    const answer = await fetch(`${this.url}/_local/${path}`, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill();
    await ended;
  }
}
