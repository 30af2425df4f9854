// moto's server, which stands behind the local cloud and answers what the cloud does not answer itself.

import { spawn, spawnSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";

export class Moto {
  private constructor(
    readonly url: string,
    /** botocore's folder of service models, of the same environment as moto. */
    readonly modelFolder: string,
    readonly stop: () => void,
  ) {}

  /**
   * Starts server.py on a free loopback port and waits until it answers. Where LOCAL_CLOUD_MOTO_FORKS names the socket of
   * one that forks, it is a fork of that one: for many clouds one after the other, each of which would need seconds to load moto.
   */
  static async start(python: string, logFile: string): Promise<Moto> {
    const forks = process.env.LOCAL_CLOUD_MOTO_FORKS;
    if (forks) return Moto.fork(forks, logFile);
    const found = spawnSync(
      python,
      ["-c", "import botocore, os; print(os.path.dirname(botocore.__file__))"],
      {
        encoding: "utf8",
      },
    );
    if (found.status !== 0)
      throw new Error(
        `${python} has no botocore: install its requirements.txt first\n${found.stderr ?? found.error}`,
      );
    const port = await freePort();
    const child = spawn(python, [join(__dirname, "server.py"), String(port)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const log = createWriteStream(logFile, { flags: "a" });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    const url = `http://127.0.0.1:${port}`;
    for (let i = 0; i < 600 && child.exitCode === null; i++) {
      const answered = await fetch(`${url}/moto-api/`).catch(() => undefined);
      if (answered?.ok) return new Moto(url, `${found.stdout.trim()}/data`, () => child.kill());
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    child.kill();
    throw new Error(`moto did not start; its log is ${logFile}`);
  }

  private static async fork(path: string, logFile: string): Promise<Moto> {
    const socket = connect(path);
    socket.write(`${logFile}\n`);
    const [port, botocore] = await new Promise<string[]>((resolve, reject) => {
      createInterface({ input: socket }).on("line", (line) => resolve(line.split(" ")));
      socket.on("error", reject);
      socket.on("close", () => reject(new Error(`moto's fork ended; its log is ${logFile}`)));
    });
    return new Moto(`http://127.0.0.1:${port}`, `${botocore}/data`, () => socket.destroy());
  }

  /** All that moto remembers. */
  async save(): Promise<Buffer> {
    const answer = await fetch(`${this.url}/local/state`);
    if (!answer.ok) throw new Error(`moto could not save its state: ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  }

  async load(state: Buffer): Promise<void> {
    const answer = await fetch(`${this.url}/local/state`, { method: "PUT", body: new Uint8Array(state) });
    if (!answer.ok) throw new Error(`moto could not load its state: ${answer.status}`);
  }

  /** Passes one JSON call of the user's on and gives moto's answer back. */
  async call(headers: Record<string, unknown>, body: unknown): Promise<{ status: number; body: any }> {
    const answer = await fetch(this.url, {
      method: "POST",
      headers: pick(headers, [
        "x-amz-target",
        "content-type",
        "authorization",
        "x-amz-date",
        "x-amz-security-token",
      ]),
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  }

  readonly ec2 = once((region: string) => new EC2Client(this.settings(region)));
  readonly iam = once((region: string) => new IAMClient(this.settings(region)));
  readonly secrets = once((region: string) => new SecretsManagerClient(this.settings(region)));
  readonly kms = once((region: string) => new KMSClient(this.settings(region)));
  readonly lambda = once((region: string) => new LambdaClient(this.settings(region)));
  readonly logs = once((region: string) => new CloudWatchLogsClient(this.settings(region)));
  readonly scheduler = once((region: string) => new SchedulerClient(this.settings(region)));
  readonly cloudwatch = once((region: string) => new CloudWatchClient(this.settings(region)));
  readonly events = once((region: string) => new EventBridgeClient(this.settings(region)));
  readonly sns = once((region: string) => new SNSClient(this.settings(region)));
  readonly sqs = once((region: string) => new SQSClient(this.settings(region)));
  readonly sts = once((region: string) => new STSClient(this.settings(region)));

  private settings(region: string) {
    return {
      region,
      endpoint: this.url,
      credentials: { accessKeyId: "local-cloud", secretAccessKey: "local-cloud" },
    };
  }
}

function once<T>(make: (region: string) => T): (region: string) => T {
  const made = new Map<string, T>();
  return (region) => {
    if (!made.has(region)) made.set(region, make(region));
    return made.get(region)!;
  };
}

function pick(headers: Record<string, unknown>, names: string[]): Record<string, string> {
  return Object.fromEntries(names.filter((n) => headers[n]).map((n) => [n, String(headers[n])]));
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
