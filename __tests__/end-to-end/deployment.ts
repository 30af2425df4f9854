// One deployment of the real main.ts by the real cdktf into a local cloud of its own.

import { spawn, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Lambda } from "@aws-sdk/client-lambda";
import { freePort } from "../../emulator/moto";

export const ROOT = join(__dirname, "../..");

export interface Outcome {
  status: number | null;
  output: string;
}

export class Deployment {
  readonly folder: string;
  readonly region = "eu-central-1";
  private readonly env: NodeJS.ProcessEnv;
  /** The argument lists of all processes of the machine that were seen while a command of this deployment ran and `watchesProcesses`. */
  readonly argumentLists = new Set<string>();
  /** Costs a good part of a processor. */
  watchesProcesses = false;
  /** The setting `identityCheck`. */
  readonly roots: Record<string, { file: string; sha256: string }> = {};
  private log = "";

  private constructor(
    name: string,
    private readonly port: number,
  ) {
    this.folder = join(ROOT, ".local/tests", name);
    this.env = { ...process.env, ...this.awsVariables, CHECKPOINT_DISABLE: "1", CI: "true" };
  }

  static async start(name: string, settings: object = {}): Promise<Deployment> {
    const deployment = new Deployment(name, await freePort());
    rmSync(deployment.folder, { recursive: true, force: true });
    mkdirSync(deployment.folder, { recursive: true });
    const cdktf = JSON.parse(readFileSync(join(ROOT, "cdktf.json"), "utf8"));
    const app = `'${ROOT}/node_modules/.bin/tsx' '${ROOT}/main.ts'`;
    writeFileSync(join(deployment.folder, "cdktf.json"), JSON.stringify({ ...cdktf, app }));
    const started = deployment.localCloud("start");
    if (started.status !== 0) throw new Error(started.output);
    await deployment.keepRoots();
    deployment.configure(settings);
    return deployment;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** For what finds AWS by the environment. */
  get awsVariables(): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_DEFAULT_REGION: this.region,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  /** For SDK clients. */
  get client() {
    return {
      region: this.region,
      endpoint: this.endpoint,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    };
  }

  /** Everything that the commands have printed. */
  get printed(): string {
    return this.log;
  }

  /** Ends its cloud; what the cloud was asked stays in the folder, for who wants to know why a test has failed. */
  stop(): void {
    const calls = join(this.folder, "calls.json");
    spawnSync("curl", ["-sS", "--max-time", "20", "-o", calls, `${this.endpoint}/_local/calls`]);
    this.localCloud("stop");
  }

  /** The project's settings for the local cloud, changed by these. */
  configure(changes: object): void {
    const settings = JSON.parse(readFileSync(join(ROOT, "settings.json"), "utf8"));
    const local = { layerZip: join(ROOT, ".local/stand-in-layer.zip"), identityCheck: this.roots };
    writeFileSync(join(this.folder, "settings.json"), JSON.stringify({ ...settings, ...local, ...changes }));
  }

  /** The roots of this local cloud's HSMs, as a person gets and pins the real ones. */
  private async keepRoots(): Promise<void> {
    const roots = (await (await fetch(`${this.endpoint}/_local/roots`)).json()) as Record<string, string>;
    for (const [name, pem] of Object.entries(roots)) {
      const file = join(this.folder, `${name}-root.pem`);
      writeFileSync(file, pem);
      this.roots[`${name}Root`] = { file, sha256: new X509Certificate(pem).fingerprint256 };
    }
  }

  /** The user's own command for a deploy. */
  deploy(): Promise<Outcome> {
    return this.run(join(ROOT, "scripts/deploy"), ["--folder", this.folder, "--auto-approve"]);
  }

  /** The user's own command for a destroy. */
  destroy(): Promise<Outcome> {
    return this.run(join(ROOT, "scripts/destroy"), ["--folder", this.folder, "--auto-approve"]);
  }

  /**
   * Runs the commands that docs/operations.md has under a heading, as a person in the deployment's folder would, with these
   * variables. A person answers Terraform's question; here it is answered beforehand.
   */
  runbook(heading: string, variables: Record<string, string> = {}): Promise<Outcome> {
    const scripts = ["deploy", "destroy", "recover-cluster"].map(
      (name) => `scripts/${name}() { "${ROOT}/scripts/${name}" --folder "$PWD" --auto-approve "$@"; }`,
    );
    for (const name of ["hsms", "users", "status"])
      scripts.push(`scripts/${name}() { "${ROOT}/scripts/${name}" "$@" --folder "$PWD"; }`);
    // AWS CLI 1 takes an address of its own for SQS, unless it is given one.
    const aws = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }';
    const script = ["set -e", aws, ...scripts, runbookCommands("Runbook"), runbookCommands(heading)].join(
      "\n",
    );
    const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    const path = `PATH=${ROOT}/.venv/bin:${process.env.PATH}`;
    return this.run("env", [path, ...settings, "bash", "-c", script]);
  }

  /** A script of the project, on this deployment. */
  script(name: string, ...args: string[]): Promise<Outcome> {
    return this.scriptIn(this.folder, name, ...args);
  }

  /** A script of the project, on another app in the same cloud. */
  scriptIn(folder: string, name: string, ...args: string[]): Promise<Outcome> {
    return this.run(join(ROOT, "scripts", name), [...args, "--folder", folder]);
  }

  /** A script that goes on until it is ended; gives what it has printed. */
  watch(name: string, ...args: string[]): { end: () => Promise<string> } {
    const command = join(ROOT, "scripts", name);
    const child = spawn(command, [...args, "--folder", this.folder], { cwd: this.folder, env: this.env });
    let output = "";
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    const closed = new Promise((resolve) => child.on("close", resolve));
    return {
      end: async () => {
        child.kill("SIGTERM");
        await closed;
        return output;
      },
    };
  }

  cdktf(...args: string[]): Promise<Outcome> {
    return this.cdktfIn(this.folder, ...args);
  }

  /** cdktf in the folder of another app, in the same cloud. */
  cdktfIn(folder: string, ...args: string[]): Promise<Outcome> {
    // What it says of errors must not depend on how busy the machine is, as with scripts/deploy.
    const heard = {
      HEARD_TERRAFORM: process.env.TERRAFORM_BINARY_NAME ?? "terraform",
      TERRAFORM_BINARY_NAME: join(ROOT, "scripts/lib/heard-terraform"),
    };
    return this.run(join(ROOT, "node_modules/.bin/cdktf"), args, folder, heard);
  }

  /** Terraform's own word on what is to do: status 0 for nothing, 2 for something. */
  async plan(): Promise<Outcome> {
    const synth = await this.cdktf("synth");
    if (synth.status !== 0) return synth;
    return this.terraform("plan", "-detailed-exitcode", "-input=false", "-no-color");
  }

  terraform(...args: string[]): Promise<Outcome> {
    return this.terraformIn(join(this.folder, "cdktf.out/stacks/safe-storage"), ...args);
  }

  /** Terraform on a configuration of its own, in the same cloud. */
  terraformIn(folder: string, ...args: string[]): Promise<Outcome> {
    return this.run(process.env.TERRAFORM_BINARY_NAME ?? "terraform", [`-chdir=${folder}`, ...args]);
  }

  state(): { resources: { mode: string; type: string; instances: { attributes: Record<string, any> }[] }[] } {
    return JSON.parse(readFileSync(this.stateFile, "utf8"));
  }

  /** What a function answers, the operator unless named; of one that failed, its error. */
  async invoke(event: object, FunctionName = this.output("operator_function")): Promise<any> {
    const { Payload } = await new Lambda(this.client).invoke({
      FunctionName,
      Payload: Buffer.from(JSON.stringify(event)),
    });
    return JSON.parse(Buffer.from(Payload!).toString());
  }

  /** What the operator answers to an action, with what most of them want to know. */
  operator(action: string, more: object = {}): Promise<any> {
    return this.invoke({
      action,
      clusterId: this.output("cluster_id"),
      trustAnchor: this.output("trust_anchor"),
      adminSecretArn: this.output("admin_secret_arn"),
      passwordLength: "32",
      ...more,
    });
  }

  private get stateFile(): string {
    return join(this.folder, "terraform.safe-storage.tfstate");
  }

  output(name: string): string {
    return (this.state() as any).outputs[name].value;
  }

  /** How often each call has succeeded. */
  async calls(): Promise<Record<string, number>> {
    const answer = await fetch(`${this.endpoint}/_local/calls`);
    const { calls } = (await answer.json()) as { calls: { operation: string; status: number }[] };
    const counts: Record<string, number> = {};
    for (const { operation, status } of calls)
      if (status >= 200 && status < 300) counts[operation] = (counts[operation] ?? 0) + 1;
    return counts;
  }

  /** Actions of the operator's services that the policies of a type allow whose name has `part`. */
  allowedBy(type: string, part = ""): string[] {
    const stack = readFileSync(join(this.folder, "cdktf.out/stacks/safe-storage/cdk.tf.json"), "utf8");
    const all = Object.entries<{ policy: string }>(JSON.parse(stack).resource[type]);
    const lists = all
      .filter(([name]) => name.includes(part))
      .flatMap(([, { policy }]) => [...policy.matchAll(/"Action" = \[([^\]]*)\]/g)]);
    const actions = lists.flatMap(([, list]) => list.match(/(?:cloudhsm|kms|secretsmanager|sns):\w+/g) ?? []);
    return [...new Set(actions)].sort();
  }

  /** What the operator has called of AWS, as actions. */
  async calledByOperator(): Promise<string[]> {
    const { calls } = (await (await fetch(`${this.endpoint}/_local/calls`)).json()) as {
      calls: { who: string; service: string; operation: string }[];
    };
    const own = calls.filter(({ who, service }) => who === "safe-storage-operator" && service !== "hsm");
    return [...new Set(own.map(({ service, operation }) => `${service}:${operation}`))];
  }

  async advanceClock(seconds: number): Promise<void> {
    await fetch(`${this.endpoint}/_local/clock`, {
      method: "POST",
      body: JSON.stringify({ advanceSeconds: seconds }),
    });
  }

  /** Deploys, and kills Terraform, its providers and cdktf after `call`'s `times`th success, its answer lost. */
  async deployKilledAt(call: string, times: number): Promise<void> {
    const before = (await this.calls())[call] ?? 0;
    if (before >= times) throw new Error(`${call} has succeeded ${before} times already`);
    await fetch(`${this.endpoint}/_local/faults`, {
      method: "POST",
      body: JSON.stringify({ operation: call, fault: "hold-answer", call: times - before }),
    });
    await this.deployEndedAt(call, times, "SIGKILL");
  }

  /** Kills it as before, in the moment in which Terraform has emptied the state's file to write it anew. */
  async deployCutOffAt(call: string, times: number): Promise<void> {
    await this.deployKilledAt(call, times);
    truncateSync(this.stateFile);
  }

  /** Deploys, and interrupts it as Ctrl+C does. */
  async deployInterruptedAt(call: string, times: number): Promise<void> {
    await this.deployEndedAt(call, times, "SIGINT");
  }

  private async deployEndedAt(call: string, times: number, signal: "SIGKILL" | "SIGINT"): Promise<void> {
    const deploy = this.deploy();
    let finished = false;
    void deploy.then(() => (finished = true));
    while (!finished && ((await this.calls())[call] ?? 0) < times) await sleep(50);
    if (finished) throw new Error(`The deploy ended without ${call} (${times})`);
    for (const pid of this.processes(signal === "SIGINT")) {
      try {
        process.kill(pid, signal);
      } catch {
        // It was gone already.
      }
    }
    await fetch(`${this.endpoint}/_local/faults`, { method: "DELETE" });
    const { status } = await deploy;
    if (status === 0) throw new Error("The deploy ended well although it was interrupted");
  }

  /** Terraform, its providers and cdktf: every process that works in this deployment's folder. Or Terraform alone. */
  private processes(terraformOnly: boolean): number[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          if (terraformOnly && readFileSync(`/proc/${pid}/comm`, "utf8").trim() !== "terraform") return false;
          return (
            readlinkSync(`/proc/${pid}/cwd`).startsWith(join(this.folder)) && Number(pid) !== process.pid
          );
        } catch {
          return false;
        }
      })
      .map(Number);
  }

  private noteArgumentLists(): void {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        this.argumentLists.add(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
      } catch {
        // It has ended.
      }
    }
  }

  private localCloud(command: string): Outcome {
    const { status, stdout, stderr } = spawnSync(
      join(ROOT, "scripts/local-cloud"),
      [command, "--port", String(this.port)],
      { encoding: "utf8" },
    );
    return { status, output: stdout + stderr };
  }

  private run(command: string, args: string[], cwd = this.folder, env: object = {}): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd,
        env: { ...this.env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      const watch = this.watchesProcesses ? setInterval(() => this.noteArgumentLists(), 20) : undefined;
      const keep = (data: Buffer) => (output += data.toString());
      child.stdout.on("data", keep);
      child.stderr.on("data", keep);
      child.on("error", reject);
      child.on("close", (status) => {
        clearInterval(watch);
        this.log += output;
        writeFileSync(join(this.folder, "printed.log"), this.log);
        resolve({ status, output });
      });
    });
  }
}

/** The commands that stand under a heading of docs/operations.md, up to the next heading. */
function runbookCommands(heading: string): string {
  const page = readFileSync(join(ROOT, "docs/operations.md"), "utf8");
  const section = page.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`));
  if (!section) throw new Error(`docs/operations.md has no heading ${heading}`);
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands]) => commands).join("\n");
}
