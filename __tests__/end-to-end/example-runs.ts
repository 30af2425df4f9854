// Runs of the examples, in the cloud of a deployment.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Deployment, ROOT } from "./deployment";

export class Examples {
  private readonly sameInHcl = new Set<string>();

  constructor(private readonly deployment: Deployment) {}

  folderOf(name: string): string {
    return join(this.deployment.folder, name);
  }

  /** The example's own cdktf.json, with what is different here. */
  configure(name: string, changes: Record<string, any>): void {
    const cdktf = JSON.parse(readFileSync(join(ROOT, "examples", name, "cdktf.json"), "utf8"));
    const app = `node '${ROOT}/.local/js/examples/${name}/main.js'`;
    const layerZip = join(ROOT, ".local/stand-in-layer.zip");
    const identityCheck = this.deployment.roots;
    const own = cdktf.context.settings;
    // `SafeStorage` has them in groups; the other examples' settings are their own.
    const local = ["all-in-one", "mounted-client", "kubernetes"].includes(name)
      ? { operator: { layerZip, ...changes.operator }, cluster: { identityCheck, ...changes.cluster } }
      : { layerZip, identityCheck };
    const settings = { ...own, ...changes, ...local };
    mkdirSync(this.folderOf(name), { recursive: true });
    writeFileSync(
      join(this.folderOf(name), "cdktf.json"),
      JSON.stringify({ ...cdktf, app, context: { ...cdktf.context, settings } }),
    );
  }

  /** Deploys it as it is configured, its stacks one after the other, or one of them. */
  async apply(name: string, only?: string): Promise<void> {
    const { status, output } = await this.deployment.synth(this.folderOf(name));
    if (status !== 0) throw new Error(output.slice(-5000));
    for (const stack of only ? [only] : this.stacksOf(name)) await this.terraform(name, stack, "apply");
  }

  async destroy(name: string): Promise<void> {
    for (const stack of this.stacksOf(name).reverse()) await this.terraform(name, stack, "destroy");
  }

  /** By cdktf's own command line, for an app whose stacks depend on one another. */
  async deployByCdktf(name: string): Promise<void> {
    this.configure(name, {});
    const run = ["deploy", "*", "--auto-approve", "--skip-provider-lock"];
    const { status, output } = await this.deployment.cdktfIn(this.folderOf(name), ...run);
    if (status !== 0) throw new Error(output.slice(-5000));
    await this.expectNoDrift(name);
    await this.expectSameHcl(name);
  }

  /** Deploys it, and plans each of its stacks again. */
  async deploy(name: string, changes: Record<string, any> = {}): Promise<void> {
    this.configure(name, changes);
    await this.apply(name);
    await this.expectNoDrift(name);
    await this.expectSameHcl(name);
  }

  private stacksOf(name: string): string[] {
    return readdirSync(join(this.folderOf(name), "cdktf.out/stacks"));
  }

  private async terraform(name: string, stack: string, command: "apply" | "destroy"): Promise<void> {
    const folder = join(this.folderOf(name), "cdktf.out/stacks", stack);
    const args = [command, "-auto-approve", "-input=false", "-no-color"];
    const { status, output } = await this.deployment.terraformIn(folder, ...args);
    if (status !== 0) throw new Error(`${name}: ${command} of ${stack}:\n${output.slice(-5000)}`);
  }

  async expectNoDrift(name: string): Promise<void> {
    const stacks = join(this.folderOf(name), "cdktf.out/stacks");
    for (const stack of this.stacksOf(name)) {
      const args = ["plan", "-detailed-exitcode", "-input=false", "-no-color"];
      const { status, output } = await this.deployment.terraformIn(join(stacks, stack), ...args);
      if (status !== 0)
        throw new Error(`${name}: the plan of ${stack} is not empty:\n${output.slice(-3000)}`);
    }
  }

  /** What `cdktf synth --hcl` writes is the same to Terraform: it is valid, and changes nothing of what the JSON has made. */
  async expectSameHcl(name: string): Promise<void> {
    if (this.sameInHcl.has(name)) return;
    this.sameInHcl.add(name);
    const out = await this.deployment.synthHcl(this.folderOf(name));
    for (const stack of this.stacksOf(name)) {
      const args = ["plan", "-refresh=false", "-detailed-exitcode", "-input=false", "-no-color"];
      const { status, output } = await this.deployment.terraformIn(join(out, "stacks", stack), ...args);
      if (status !== 0) throw new Error(`${name}: the plan of ${stack} in HCL:\n${output.slice(-3000)}`);
    }
  }

  output(name: string, output: string, stack = name): string {
    const state = JSON.parse(readFileSync(join(this.folderOf(name), `terraform.${stack}.tfstate`), "utf8"));
    return state.outputs[output].value;
  }
}
