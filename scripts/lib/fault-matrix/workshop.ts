// A local cloud, a state and the synthesized stack in a folder of their own, in which one case after the other is tried.

import { ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudProcess } from "../../../__tests__/end-to-end/cloud-process";
import { forgetHashes, WITHOUT_COLLECTION } from "../terraform-speed";

export const ROOT = join(__dirname, "../../..");
const TERRAFORM = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
export const REGION = "eu-central-1";

export interface Outcome {
  status: number;
  output: string;
}

export class Workshop {
  private cloud!: CloudProcess;

  constructor(readonly folder: string) {}

  private get cloudFolder(): string {
    return join(this.folder, "cloud");
  }
  private get stack(): string {
    return join(this.folder, "cdktf.out/stacks/safe-storage");
  }
  get stateFile(): string {
    return join(this.folder, "terraform.safe-storage.tfstate");
  }

  async start(): Promise<void> {
    this.cloud = await CloudProcess.start(this.cloudFolder);
  }

  get endpoint(): string {
    return this.cloud.url;
  }

  async stop(): Promise<void> {
    await this.cloud?.stop();
  }

  /** Deploys as `safe-storage deploy` does once it has synthesized: adopts, then applies. */
  async deploy(onApply: (terraform: ChildProcess) => void = () => {}): Promise<Outcome> {
    const adopted = await this.adopt("deploy");
    if (adopted.status !== 0) return adopted;
    const applied = await this.terraform(["apply", "-auto-approve", "-input=false", "-no-color"], onApply);
    const noticed = await this.adopt("notice");
    return { status: applied.status, output: adopted.output + applied.output + noticed.output };
  }

  private adopt(command: string): Promise<Outcome> {
    return this.run(process.execPath, [
      join(ROOT, ".local/js/scripts/lib/fault-matrix/adopt.js"),
      this.stack,
      command,
    ]);
  }

  terraform(args: string[], started?: (child: ChildProcess) => void): Promise<Outcome> {
    return this.run(TERRAFORM, [`-chdir=${this.stack}`, ...args], started);
  }

  /** Runs a line as a person in the folder would. */
  shell(line: string): Promise<Outcome> {
    return this.run("bash", ["-c", `PATH=${ROOT}/.venv/bin:$PATH; ${line}`]);
  }

  /** An output of the stack. */
  output(name: string): string {
    return JSON.parse(readFileSync(this.stateFile, "utf8")).outputs[name].value;
  }

  /** Addresses of what the state has, each with how often. */
  stateAddresses(): string[] {
    if (!existsSync(this.stateFile)) return [];
    const { resources } = JSON.parse(readFileSync(this.stateFile, "utf8"));
    return resources.map(
      (r: any) =>
        `state ${r.mode} ${r.type}.${r.name} ×${r.instances.length}${r.instances.some((i: any) => i.status) ? " tainted" : ""}`,
    );
  }

  async save(name: string): Promise<void> {
    await this.post("snapshots", { name });
    if (existsSync(this.stateFile)) cpSync(this.stateFile, this.kept(name));
  }

  async restore(name: string): Promise<void> {
    await this.endFaults();
    await this.post(`snapshots/${name}/restore`);
    rmSync(this.stateFile, { force: true });
    if (existsSync(this.kept(name))) cpSync(this.kept(name), this.stateFile);
  }

  /** A workshop in another folder with the same snapshots. */
  async copy(folder: string): Promise<Workshop> {
    const copy = new Workshop(folder);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(copy.cloudFolder, { recursive: true });
    for (const part of ["cloud/snapshots", "cloud/code", "states", "cdktf.out"])
      if (existsSync(join(this.folder, part)))
        cpSync(join(this.folder, part), join(folder, part), {
          recursive: true,
          filter: (path) => !path.includes(".terraform"),
        });
    const file = join(copy.stack, "cdk.tf.json");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(this.folder, folder));
    await copy.start();
    await copy.init();
    return copy;
  }

  /** With the provider's own 25 a fault that lasts would take half an hour. */
  limitRetries(): void {
    const file = join(this.stack, "cdk.tf.json");
    const stack = JSON.parse(readFileSync(file, "utf8"));
    stack.provider.aws[0].max_retries = 2;
    writeFileSync(file, JSON.stringify(stack));
  }

  async init(): Promise<void> {
    const { status, output } = await this.terraform(["init", "-input=false", "-no-color"]);
    if (status !== 0) throw new Error(output);
    forgetHashes(this.stack);
  }

  /** The calls that have been made since the local cloud began. */
  async calls(): Promise<{ who: string; operation: string; status: number }[]> {
    const answer = await this.ask("calls");
    return ((await answer.json()) as any).calls;
  }

  async arm(fault: object): Promise<void> {
    await this.post("faults", fault);
  }

  /** How often each armed fault has struck. */
  async struck(): Promise<number[]> {
    const { faults } = (await (await this.ask("faults")).json()) as any;
    return faults.map((f: any) => f.struck);
  }

  async endFaults(): Promise<void> {
    await this.ask("faults", { method: "DELETE" });
  }

  private kept(name: string): string {
    mkdirSync(join(this.folder, "states"), { recursive: true });
    return join(this.folder, "states", `${name}.tfstate`);
  }

  /** A machine with much to do closes a connection now and then. */
  private async ask(path: string, request: RequestInit = {}): Promise<Response> {
    for (let attempt = 1; ; attempt++)
      try {
        return await fetch(`${this.endpoint}/_local/${path}`, request);
      } catch (error) {
        if (attempt === 5) throw error;
        await sleep(1000);
      }
  }

  private async post(path: string, body: object = {}): Promise<void> {
    const answer = await this.ask(path, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path} ${JSON.stringify(body)}: ${await answer.text()}`);
  }

  private run(command: string, args: string[], started?: (child: ChildProcess) => void): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: this.folder,
        detached: true, // a group of its own, so that Terraform can be killed with its providers
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          ...WITHOUT_COLLECTION,
          AWS_ENDPOINT_URL: this.endpoint,
          AWS_REGION: REGION,
          AWS_DEFAULT_REGION: REGION, // AWS CLI 1 knows no other
          AWS_ACCESS_KEY_ID: "local",
          AWS_SECRET_ACCESS_KEY: "local",
          AWS_EC2_METADATA_DISABLED: "true",
          AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
          CHECKPOINT_DISABLE: "1",
        },
      });
      let output = "";
      child.stdout!.on("data", (data) => (output += data));
      child.stderr!.on("data", (data) => (output += data));
      child.on("error", reject);
      child.on("close", (status) => resolve({ status: status ?? 137, output }));
      started?.(child);
    });
  }
}
