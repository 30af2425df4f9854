// The example two-regions in a folder and a local cloud of its own.

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { App, SynthesizedStack } from "../app/app";
import { stateFile } from "../app/kept-state";
import { terraformBinary } from "../app/terraform";
import { asset } from "../assets";
import { Failure } from "../failure";
import { buildLayer } from "../layer/build-layer";
import { rootsOf } from "../local-cloud/roots";

const EXAMPLE = "two-regions";

export class ExampleApp {
  readonly folder: string;
  private readonly identityCheck: object;
  private readonly layerZip: string;

  private constructor(
    folder: string,
    private readonly environment: NodeJS.ProcessEnv,
    identityCheck: object,
  ) {
    this.folder = resolve(folder);
    this.identityCheck = identityCheck;
    this.layerZip = join(this.folder, "layer.zip");
  }

  static async in(folder: string, url: string, environment: NodeJS.ProcessEnv): Promise<ExampleApp> {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const app = new ExampleApp(folder, environment, await rootsOf(url, folder));
    copyFileSync(asset("examples", EXAMPLE, "main.ts"), join(app.folder, "main.ts"));
    await buildLayer({ architecture: "x86_64", standIn: true, out: app.layerZip });
    return app;
  }

  configure(changes: object): void {
    const cdktf = JSON.parse(readFileSync(asset("examples", EXAMPLE, "cdktf.json"), "utf8"));
    const { identityCheck, layerZip } = this;
    const settings = { ...cdktf.context.settings, ...changes, identityCheck, layerZip };
    writeFileSync(join(this.folder, "cdktf.json"), JSON.stringify({ ...cdktf, context: { settings } }));
  }

  /** Deploys its stacks one after the other, or one of them. */
  apply(only?: string): void {
    const app = new App(this.folder);
    app.synth();
    for (const stack of app.stacks(only === undefined ? [] : [only])) {
      app.init(stack);
      this.terraform(stack, "apply", "-auto-approve");
    }
  }

  expectNoDrift(name: string): void {
    this.terraform(new App(this.folder).stack(name), "plan", "-detailed-exitcode");
  }

  private terraform({ folder }: SynthesizedStack, ...args: string[]): void {
    const { status, stdout, stderr } = spawnSync(
      terraformBinary(),
      [`-chdir=${folder}`, ...args, "-input=false", "-no-color"],
      { encoding: "utf8", env: { ...process.env, ...this.environment }, maxBuffer: 64 * 1024 * 1024 },
    );
    if (status !== 0)
      throw new Failure(`terraform ${args[0]} of ${folder}:\n${(stdout + stderr).slice(-5000)}`);
  }

  output(name: string, stack = EXAMPLE): string {
    const state = stateFile(new App(this.folder).stack(stack))!;
    return JSON.parse(readFileSync(state, "utf8")).outputs[name].value;
  }
}
