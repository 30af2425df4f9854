// The local cloud as a process of its own, for tests and for the command.

import { ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pythonWith } from "./python";

/** What starts it by hand, and what stands in for cloudhsm-cli in its layer. */
export const files = {
  /** The program that runs in the foreground: `--port`, `--speed`, `--folder`, `--state`, `--python`. */
  program: join(__dirname, "main.js"),
  /** Python packages that it needs. */
  requirements: join(__dirname, "requirements.txt"),
  /** Folder of the stand-in for cloudhsm-cli. */
  standIn: join(__dirname, "cloudhsm-cli"),
};

/** How a local cloud is started. */
export interface LocalCloudOptions {
  /**
   * Where it listens, on the loopback interface.
   * @default a free port
   */
  readonly port?: number;
  /**
   * AWS's working times are divided by it.
   * @default 600
   */
  readonly speed?: number;
  /**
   * AWS takes as long as anybody has reported, rather than as long as it usually does.
   * @default false
   */
  readonly pessimistic?: boolean;
  /**
   * Where code is unpacked and runs, and its log is.
   * @default a new folder of the system's temporary ones, which goes with it
   */
  readonly folder?: string;
  /**
   * Keeps its state in this folder, and takes up what is there.
   * @default nothing is kept
   */
  readonly state?: string;
}

/** A local cloud that runs as long as this process, or until it is stopped. */
export class LocalCloud {
  private constructor(
    /** Its address, for `AWS_ENDPOINT_URL`. */
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly temporary?: string,
  ) {}

  /** Starts one and waits until it answers. The first one on a machine installs the Python packages that it needs. */
  static async start(options: LocalCloudOptions = {}): Promise<LocalCloud> {
    const temporary = options.folder === undefined ? mkdtempSync(join(tmpdir(), "local-cloud-")) : undefined;
    const folder = resolve(options.folder ?? temporary!);
    mkdirSync(folder, { recursive: true });
    const words = {
      port: String(options.port ?? 0),
      speed: String(options.speed ?? 600),
      folder,
      python: pythonWith(files.requirements),
      ...(options.state !== undefined && { state: resolve(options.state) }),
    };
    const child = spawn(
      process.execPath,
      [
        files.program,
        ...Object.entries(words).flatMap(([name, value]) => [`--${name}`, value]),
        ...(options.pessimistic ? ["--pessimistic"] : []),
      ],
      {
        stdio: ["ignore", "pipe", openSync(join(folder, "log"), "a")],
        env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
      },
    );
    // It goes with the process that has it, however that ends.
    process.once("exit", () => child.kill());
    const url = await new Promise<string>((ready, failed) => {
      createInterface({ input: child.stdout! }).on("line", (line) => {
        const [, found] = /is ready at (\S+)$/.exec(line) ?? [];
        if (found) ready(found);
      });
      child.once("exit", () => failed(new Error(`The local cloud has ended; its log is ${folder}/log`)));
    });
    return new LocalCloud(url, child, temporary);
  }

  /** Environment variables by which SDKs, the AWS CLI and Terraform find it. */
  get environment(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  /** Ends it, and waits for that. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = new Promise((done) => this.child.once("exit", done));
      this.child.kill();
      await ended;
    }
    if (this.temporary) rmSync(this.temporary, { recursive: true, force: true });
  }
}
