// An app of CDKTF or CDK Terrain in a folder: its stacks, as it synthesizes them.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure, say } from "../failure";
import { terraformBinary } from "./terraform";

/** A stack that has constructs of Safe Storage. */
export interface SynthesizedStack {
  name: string;
  /** Its folder, which has a `cdk.tf.json`. */
  folder: string;
}

interface Manifest {
  stacks: Record<
    string,
    {
      name: string;
      workingDirectory: string;
      dependencies?: string[];
      annotations: { constructPath: string; level: string; message: string }[];
    }
  >;
}

export class App {
  readonly folder: string;
  private readonly settings: { app?: string; output?: string; context?: object };

  /** @throws Failure for a folder without an app. */
  constructor(folder = ".") {
    this.folder = resolve(folder);
    const file = join(this.folder, "cdktf.json");
    if (!existsSync(file))
      throw new Failure(
        `${this.folder} has no app: cdktf.json is not there. Name its folder by --folder, or make one by safe-storage init`,
        2,
      );
    try {
      this.settings = JSON.parse(readFileSync(file, "utf8"));
    } catch (error) {
      throw new Failure(`${file} is no JSON: ${(error as Error).message}`, 2);
    }
  }

  private get output(): string {
    return join(this.folder, this.settings.output ?? "cdktf.out");
  }

  get isSynthesized(): boolean {
    return existsSync(join(this.output, "manifest.json"));
  }

  /** As `cdktf synth` does, which takes seconds more; says what the constructs have noted. */
  synth(): void {
    const { app, context = {} } = this.settings;
    if (!app) throw new Failure(`${join(this.folder, "cdktf.json")} has no app`, 2);
    this.forgetHcl();
    const { status } = spawnSync("bash", ["-c", app], {
      cwd: this.folder,
      stdio: ["ignore", process.stderr, process.stderr],
      env: { ...process.env, CDKTF_OUTDIR: this.output, CDKTF_CONTEXT_JSON: JSON.stringify(context) },
    });
    if (status !== 0) throw new Failure(`the app in ${this.folder} was not synthesized (above)`);
    for (const { annotations } of Object.values(this.manifest().stacks))
      for (const { constructPath, level, message } of annotations)
        say(`${level.replace("@cdktf/", "").toUpperCase()} [${constructPath}]: ${message}`);
  }

  /** HCL of an earlier `cdktf synth --hcl` lies beside the JSON, and Terraform would read both: hashicorp/terraform-cdk#3365. */
  private forgetHcl(): void {
    const stacks = join(this.output, "stacks");
    if (!existsSync(stacks)) return;
    for (const stack of readdirSync(stacks)) rmSync(join(stacks, stack, "cdk.tf"), { force: true });
  }

  private manifest(): Manifest {
    return JSON.parse(readFileSync(join(this.output, "manifest.json"), "utf8"));
  }

  /**
   * The stacks of these names, or all that have constructs of Safe Storage; each after those that it depends on.
   * @throws Failure for a name that is no such stack's, and for an app without one.
   */
  stacks(names: string[] = []): SynthesizedStack[] {
    const { stacks } = this.manifest();
    const ordered: string[] = [];
    const visit = (name: string): void => {
      if (ordered.includes(name) || !stacks[name]) return;
      stacks[name].dependencies?.forEach(visit);
      ordered.push(name);
    };
    Object.keys(stacks).forEach(visit);
    const ours = ordered
      .map((name) => ({ name, folder: join(this.output, stacks[name].workingDirectory) }))
      .filter(({ folder }) => hasConstructs(folder));
    const theirNames = ours.map(({ name }) => name).join(", ");
    if (ours.length === 0)
      throw new Failure(`the app in ${this.folder} has no stack with constructs of Safe Storage`, 2);
    for (const name of names)
      if (!ours.some((stack) => stack.name === name))
        throw new Failure(
          `--stack ${name} is not one with constructs of Safe Storage; there are: ${theirNames}`,
          2,
        );
    return names.length > 0 ? ours.filter(({ name }) => names.includes(name)) : ours;
  }

  /** The one stack of that name, or the only one. */
  stack(name?: string): SynthesizedStack {
    const found = this.stacks(name === undefined ? [] : [name]);
    if (found.length > 1)
      throw new Failure(
        `the app in ${this.folder} has several stacks: name one by --stack, of ${found.map((s) => s.name).join(", ")}`,
        2,
      );
    return found[0];
  }

  /** `terraform init` of a stack, unless it was done there for these very providers and this backend. */
  init({ folder }: SynthesizedStack): void {
    const { terraform } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));
    const wanted = JSON.stringify([terraform, terraformBinary(), process.env.TF_CLI_CONFIG_FILE ?? ""]);
    const stamp = join(folder, ".terraform/safe-storage");
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
    try {
      execFileSync(terraformBinary(), [`-chdir=${folder}`, "init", "-input=false", "-no-color"], {
        stdio: ["ignore", "ignore", "inherit"],
      });
    } catch {
      throw new Failure(`terraform init of ${folder} failed (above)`);
    }
    writeFileSync(stamp, wanted);
  }
}

const KNOWN_BY = ["aws_cloudhsm_v2_cluster", "aws_kms_custom_key_store", "aws_fsx_ontap_file_system"];

/** What they are known by: the operator, which most of them have, and what AWS calls the others. */
function hasConstructs(folder: string): boolean {
  const { resource = {} } = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));
  const functions = Object.values<{ handler?: string }>(resource.aws_lambda_function ?? {});
  return (
    KNOWN_BY.some((type) => type in resource) ||
    functions.some(({ handler }) => handler === "operator.handle")
  );
}
