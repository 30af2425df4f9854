// One deployment of the real main.ts by the real Terraform into a local cloud of its own: from nothing, or from where the reference
// deployment ended, which a run makes once (reference.ts).

import { execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudHSMV2, Cluster } from "@aws-sdk/client-cloudhsm-v2";
import { CustomKeyStoresListEntry, KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { App } from "../../command/app/app";
import { rootsOf } from "../../command/local-cloud/roots";
import { forgetHashes, WITHOUT_COLLECTION } from "../../scripts/lib/terraform-speed";
import { CloudProcess } from "./cloud-process";
import { eventOf } from "../../scripts/lib/api-reference/operator-actions";
import { ReferenceName, referenceFolder } from "./reference";

export const ROOT = join(__dirname, "../..");
/** The command `safe-storage`, as `scripts/lib/compile` has made it. */
export const COMMAND = join(ROOT, ".local/js/command/main.js");

const STATE = "terraform.safe-storage.tfstate";
const STACK = "cdktf.out/stacks/safe-storage";

interface Call {
  who: string;
  service: string;
  operation: string;
}

export interface Outcome {
  status: number | null;
  output: string;
}

/** The setting `network` with a subnet in each of these zones. */
export const networkIn = (...zones: string[]) => ({
  subnets: zones.map((availabilityZone, i) => ({ availabilityZone, cidrBlock: `10.42.0.${i * 64}/26` })),
});

export class Deployment {
  readonly region = "eu-central-1";
  private readonly env: NodeJS.ProcessEnv;
  /** The argument lists of all processes of the machine that were seen while a command of this deployment ran and `watchesProcesses`. */
  argumentLists: string[] = [];
  /** Costs a good part of a processor. */
  watchesProcesses = false;
  /** The calls that the cloud was asked for before this one began. */
  private earlierCalls: Call[] = [];
  /** The setting `identityCheck`. */
  readonly roots: Record<string, { file: string; sha256: string }> = {};
  private log = "";
  /** Below what the test changes. */
  private readonly settings: object;

  private constructor(
    readonly folder: string,
    private readonly cloud: CloudProcess,
    settings: object,
  ) {
    this.settings = settings;
    this.env = {
      ...process.env,
      ...this.awsVariables,
      CHECKPOINT_DISABLE: "1",
      CI: "true",
      ...WITHOUT_COLLECTION,
    };
  }

  /** One that begins with nothing. */
  static async start(name: string, settings: object = {}, folder = join(ROOT, ".local/tests", name)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const deployment = new Deployment(folder, await CloudProcess.start(join(folder, "cloud")), {});
    const cdktf = JSON.parse(readFileSync(join(ROOT, "cdktf.json"), "utf8"));
    const app = `node '${ROOT}/.local/js/main.js'`;
    writeFileSync(join(folder, "cdktf.json"), JSON.stringify({ ...cdktf, app }));
    await deployment.keepRoots();
    deployment.configure(settings);
    return deployment;
  }

  /** One that is where the reference deployment ended, with its settings and these; nothing of these is deployed yet. */
  static async fromReference(
    name: string,
    settings: object = {},
    reference: ReferenceName = "usual",
  ): Promise<Deployment> {
    const folder = join(ROOT, ".local/tests", name);
    const from = await readyReference(reference);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const part of [
      "cloud/snapshots",
      "cloud/code",
      "cdktf.out",
      "cdktf.json",
      STATE,
      "aws-root.pem",
      "manufacturer-root.pem",
    ])
      cpSync(join(from, part), join(folder, part), { recursive: true, verbatimSymlinks: true });
    for (const file of [
      STATE,
      join(STACK, "cdk.tf.json"),
      join(STACK, ".terraform/terraform.tfstate"),
      join(STACK, ".terraform/safe-storage"),
    ])
      writeFileSync(join(folder, file), readFileSync(join(folder, file), "utf8").replaceAll(from, folder));
    const read = (file: string): string => readFileSync(join(from, file), "utf8");
    const cloud = await CloudProcess.start(join(folder, "cloud"));
    const deployment = new Deployment(folder, cloud, JSON.parse(read("reference.json")));
    deployment.log = read("printed.log");
    deployment.argumentLists = JSON.parse(read("arguments.json"));
    deployment.earlierCalls = JSON.parse(read("calls.json")).calls;
    await cloud.post("snapshots/reference/restore");
    await deployment.keepRoots();
    deployment.configure(settings);
    return deployment;
  }

  get endpoint(): string {
    return this.cloud.url;
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

  /** What the AWS CLI answers. */
  aws(...args: string[]): any {
    const answer = execFileSync(join(ROOT, ".venv/bin/aws"), args, { env: this.env, encoding: "utf8" });
    return JSON.parse(answer || "null");
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
  async stop(): Promise<void> {
    writeFileSync(
      join(this.folder, "calls.json"),
      await (await fetch(`${this.endpoint}/_local/calls`)).text(),
    );
    await this.cloud.stop();
  }

  /** Keeps the cloud as it is now, as `reference`. */
  async saveSnapshot(): Promise<void> {
    await this.cloud.post("snapshots", { name: "reference" });
  }

  /** The project's settings for the local cloud, changed by these. */
  configure(changes: object): void {
    const settings = JSON.parse(readFileSync(join(ROOT, "settings.json"), "utf8"));
    const local = {
      operator: { layerZip: join(ROOT, ".local/stand-in-layer.zip") },
      cluster: { identityCheck: this.roots },
    };
    const all: Record<string, any>[] = [settings, local, this.settings, changes];
    const groups = ["network", "operator", "cluster"].map((group) => [
      group,
      Object.assign({}, ...all.map((some) => some[group])),
    ]);
    writeFileSync(
      join(this.folder, "settings.json"),
      JSON.stringify(Object.assign({}, ...all, Object.fromEntries(groups))),
    );
  }

  /** The roots of this local cloud's HSMs, as a person gets and pins the real ones. */
  private async keepRoots(): Promise<void> {
    Object.assign(this.roots, await rootsOf(this.endpoint, this.folder));
  }

  /**
   * The user's own command for a deploy.
   * @param variables of the environment that are others; undefined for those that are not set.
   */
  deploy(variables: Record<string, string | undefined> = {}): Promise<Outcome> {
    const words = [COMMAND, "deploy", "--auto-approve", "--folder", this.folder];
    return this.run(process.execPath, words, this.folder, variables);
  }

  /** The user's own command for a destroy. */
  destroy(): Promise<Outcome> {
    return this.command("destroy", "--auto-approve");
  }

  /**
   * Runs the commands that docs/operations.md has under a heading, as a person in the deployment's folder would, with these
   * variables. A person answers Terraform's question; here it is answered beforehand.
   */
  runbook(heading: string, variables: Record<string, string> = {}): Promise<Outcome> {
    return this.documented("docs/operations.md", ["Commands", heading], variables);
  }

  /** Runs the commands under these headings of a document, with the variables that they name. */
  documented(page: string, headings: string[], variables: Record<string, string>): Promise<Outcome> {
    const asks = ["deploy", "destroy", "recover"].map((name) => `"safe-storage ${name}"`).join(" | ");
    const npx = `npx() {
      case "$1 $2" in
        ${asks}) node '${COMMAND}' "\${@:2}" --auto-approve ;;
        "safe-storage "*) node '${COMMAND}' "\${@:2}" ;;
        *) '${ROOT}/node_modules/.bin/'"$@" ;;
      esac
    }`;
    // AWS CLI 1 takes an address of its own for SQS, unless it is given one.
    const aws = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }';
    const script = ["set -e", aws, npx, ...headings.map((h) => commandsUnder(page, h))].join("\n");
    const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    const path = `PATH=${ROOT}/.venv/bin:${process.env.PATH}`;
    return this.run("env", [path, ...settings, "bash", "-c", script]);
  }

  /** The command `safe-storage`, on this deployment. */
  command(...args: string[]): Promise<Outcome> {
    return this.commandIn(this.folder, ...args);
  }

  /** The same on another app in the same cloud. */
  commandIn(folder: string, ...args: string[]): Promise<Outcome> {
    return this.run(process.execPath, [COMMAND, ...args, "--folder", folder]);
  }

  /** A command that continues until it is ended; gives what it has printed. */
  watch(...args: string[]): { end: () => Promise<string> } {
    const words = [COMMAND, ...args, "--folder", this.folder];
    const child = spawn(process.execPath, words, { cwd: this.folder, env: this.env });
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

  /** cdktf's own command line, which takes seconds longer than Terraform alone, on an app in the same cloud. */
  cdktfIn(folder: string, ...args: string[]): Promise<Outcome> {
    // What it says of errors must not depend on how busy the machine is.
    const heard = {
      HEARD_TERRAFORM: process.env.TERRAFORM_BINARY_NAME ?? "terraform",
      TERRAFORM_BINARY_NAME: join(__dirname, "heard-terraform"),
    };
    return this.run(join(ROOT, "node_modules/.bin/cdktf"), args, folder, heard);
  }

  /** Writes the stacks of the app in the folder as its cdktf.json says, and initialises each. */
  async synth(folder = this.folder): Promise<Outcome> {
    const { app, context } = JSON.parse(readFileSync(join(folder, "cdktf.json"), "utf8"));
    const variables = {
      CDKTF_OUTDIR: join(folder, "cdktf.out"),
      CDKTF_CONTEXT_JSON: JSON.stringify(context ?? {}),
    };
    const synth = await this.run("bash", ["-c", app], folder, variables);
    if (synth.status !== 0) return synth;
    for (const stack of readdirSync(join(folder, "cdktf.out/stacks")))
      await this.init(join(folder, "cdktf.out/stacks", stack));
    return synth;
  }

  /** The same as `cdktf synth --hcl` writes it; gives the folder. */
  async synthHcl(folder: string): Promise<string> {
    const { app, context } = JSON.parse(readFileSync(join(folder, "cdktf.json"), "utf8"));
    const out = join(folder, "cdktf.hcl");
    const synth = await this.run("bash", ["-c", app], folder, {
      CDKTF_OUTDIR: out,
      CDKTF_CONTEXT_JSON: JSON.stringify(context ?? {}),
      SYNTH_HCL_OUTPUT: "true",
    });
    if (synth.status !== 0) throw new Error(synth.output);
    for (const stack of readdirSync(join(out, "stacks"))) {
      const { status, output } = await this.terraformIn(join(out, "stacks", stack), "init", "-input=false");
      if (status !== 0) throw new Error(output);
      forgetHashes(join(out, "stacks", stack));
    }
    return out;
  }

  /** As a deploy does, but for the hashes: with them each command would hash the providers again. */
  private async init(stack: string): Promise<void> {
    new App(join(stack, "../../..")).init({ name: basename(stack), folder: stack });
    forgetHashes(stack);
  }

  /** Terraform's own word on what is to do: status 0 for nothing, 2 for something. */
  async plan(): Promise<Outcome> {
    const synth = await this.synth();
    if (synth.status !== 0) return synth;
    return this.terraform("plan", "-detailed-exitcode", "-input=false", "-no-color");
  }

  /** Deploys by Terraform alone, where the test is not about safe-storage deploy; throws where it fails. */
  async apply(): Promise<string> {
    const synth = await this.synth();
    if (synth.status !== 0) throw new Error(synth.output);
    const { status, output } = await this.terraform("apply", "-auto-approve", "-input=false", "-no-color");
    if (status !== 0) throw new Error(output.slice(-5000));
    return output;
  }

  terraform(...args: string[]): Promise<Outcome> {
    return this.terraformIn(join(this.folder, STACK), ...args);
  }

  /** Terraform on a configuration of its own, in the same cloud. */
  terraformIn(folder: string, ...args: string[]): Promise<Outcome> {
    return this.run(process.env.TERRAFORM_BINARY_NAME ?? "terraform", [`-chdir=${folder}`, ...args]);
  }

  state(): { resources: { mode: string; type: string; instances: { attributes: Record<string, any> }[] }[] } {
    return JSON.parse(readFileSync(this.stateFile, "utf8"));
  }

  /** The cluster, as CloudHSM shows it. */
  async cluster(): Promise<Cluster> {
    return (await new CloudHSMV2(this.client).describeClusters({})).Clusters![0];
  }

  /** The key store, as KMS shows it. */
  async keyStore(): Promise<CustomKeyStoresListEntry> {
    return (await new KMS(this.client).describeCustomKeyStores({})).CustomKeyStores![0];
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
    return this.invoke(
      eventOf(action, {
        clusterId: this.output("cluster_id"),
        trustAnchor: this.output("trust_anchor"),
        adminSecretArn: this.output("admin_secret_arn"),
        passwordLength: "32",
        ...more,
      }),
    );
  }

  get stateFile(): string {
    return join(this.folder, STATE);
  }

  output(name: string): string {
    return (this.state() as any).outputs[name].value;
  }

  /** How often each call has succeeded, or one of them: whoever waits for it asks often. */
  async calls(operation = ""): Promise<Record<string, number>> {
    const answer = await fetch(`${this.endpoint}/_local/calls?operation=${encodeURIComponent(operation)}`);
    const { calls } = (await answer.json()) as { calls: { operation: string; status: number }[] };
    const counts: Record<string, number> = {};
    for (const { operation, status } of calls)
      if (status >= 200 && status < 300) counts[operation] = (counts[operation] ?? 0) + 1;
    return counts;
  }

  /** Actions of the operator's services that the policies of a type allow whose name has `part`. */
  allowedBy(type: string, part = ""): string[] {
    const stack = readFileSync(join(this.folder, STACK, "cdk.tf.json"), "utf8");
    const all = Object.entries<{ policy: string }>(JSON.parse(stack).resource[type]);
    const lists = all
      .filter(([name]) => name.includes(part))
      .flatMap(([, { policy }]) => [...policy.matchAll(/"Action" = \[([^\]]*)\]/g)]);
    const actions = lists.flatMap(
      ([, list]) => list.match(/(?:cloudhsm|fsx|kms|secretsmanager|sns):\w+/g) ?? [],
    );
    return [...new Set(actions)].sort();
  }

  /** What the operator has called of AWS, as actions. */
  async calledByOperator(): Promise<string[]> {
    const { calls } = (await (await fetch(`${this.endpoint}/_local/calls`)).json()) as { calls: Call[] };
    const own = [...this.earlierCalls, ...calls].filter(
      ({ who, service }) => who === "safe-storage-operator" && service !== "hsm",
    );
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
    const before = (await this.calls(call))[call] ?? 0;
    if (before >= times) throw new Error(`${call} has succeeded ${before} times already`);
    await fetch(`${this.endpoint}/_local/faults`, {
      method: "POST",
      body: JSON.stringify({ operation: call, fault: "hold-answer", call: times - before }),
    });
    await this.deployEndedAt(call, times, "SIGKILL");
  }

  /** Kills it as before, in the moment in which Terraform has emptied the state's file to write it again. */
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
    while (!finished && ((await this.calls(call))[call] ?? 0) < times) await sleep(250);
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

  /** Ctrl+C for Terraform. */
  interruptTerraform(): void {
    for (const pid of this.processes(true)) process.kill(pid, "SIGINT");
  }

  /** Notes the argument lists of all processes now; `looks` has how often each was read: a program changes its own when it begins. */
  private noteArgumentLists(noted: Set<string>, looks: Map<string, number>): void {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const look = (looks.get(pid) ?? 0) + 1;
      looks.set(pid, look);
      if (look > 20) continue;
      try {
        noted.add(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
      } catch {
        looks.delete(pid); // It has ended.
      }
    }
  }

  private run(command: string, args: string[], cwd = this.folder, env: object = {}): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd,
        env: { ...this.env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let output = "";
      const noted = new Set(this.argumentLists);
      const looks = new Map<string, number>();
      const note = () => this.noteArgumentLists(noted, looks);
      const watch = this.watchesProcesses ? setInterval(note, 50) : undefined;
      const keep = (data: Buffer) => (output += data.toString());
      child.stdout.on("data", keep);
      child.stderr.on("data", keep);
      child.on("error", reject);
      child.on("close", (status) => {
        clearInterval(watch);
        this.argumentLists = [...noted];
        this.log += output;
        writeFileSync(join(this.folder, "printed.log"), this.log);
        resolve({ status, output });
      });
    });
  }
}

/** The folder of a reference deployment, once build-reference.ts has made it. */
export async function readyReference(name: ReferenceName): Promise<string> {
  const folder = referenceFolder(name);
  const [begun, end] = [Date.now() + 60_000, Date.now() + 30 * 60_000];
  const has = (file: string): boolean => existsSync(join(folder, file));
  while (!has("ready")) {
    if (has("failed")) throw new Error(`The reference deployment failed: ${folder}/printed.log`);
    if (Date.now() > end || (Date.now() > begun && !has(".")))
      throw new Error(
        `There is no reference deployment ${name} of these sources: scripts/test --only end-to-end makes it`,
      );
    await sleep(500);
  }
  return folder;
}

/** The commands that stand under a heading of a document, up to the next heading. */
function commandsUnder(page: string, heading: string): string {
  const text = readFileSync(join(ROOT, page), "utf8");
  const section = text.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`));
  if (!section) throw new Error(`${page} has no heading ${heading}`);
  return [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands]) => commands).join("\n");
}
