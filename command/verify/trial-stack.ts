// The stack of a trial, in a folder of its own.

import {
  closeSync,
  copyFileSync,
  createReadStream,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Stage } from "../../verification/claim";
import type { TrialOutputs } from "../../verification/trial";
import { App } from "../app/app";
import { stateFile } from "../app/kept-state";
import { instancesOf, RawState } from "../app/stack";
import { runTerraform, terraformBinary } from "../app/terraform";
import { asset } from "../assets";
import { guardedDeploy } from "../deploy/guarded-run";
import { messageOf } from "../deploy/messages";
import { Failure } from "../failure";
import { Blueprint, blueprintIn } from "../review/blueprint";
import { recordProviderLog } from "./provider-log";
import type { Recorder } from "./recorder";
import type { Measured } from "./run";

export interface TrialSettings {
  name: string;
  region: string;
  copyRegion: string;
  zones: string[];
  layerZip: string;
  probeZip: string;
  identityCheck: object | false;
}

/** What AWS keeps until the keys of a store are gone, and the records of Terraform that would guard it against this very destroy. */
const KEPT = ["aws_lambda_invocation", "aws_kms_custom_key_store", "aws_cloudhsm_v2_cluster"];
/** The network in which such a cluster is. */
const KEPT_NETWORK = ["aws_vpc", "aws_subnet"];

export class TrialStack {
  constructor(
    private readonly folder: string,
    private readonly settings: TrialSettings,
  ) {
    mkdirSync(folder, { recursive: true });
    copyFileSync(asset("verification", "main.ts"), join(folder, "main.ts"));
  }

  /** What the stage makes. */
  plan(stage: Stage): Blueprint {
    const cdktf = JSON.parse(readFileSync(asset("verification", "cdktf.json"), "utf8"));
    writeFileSync(
      join(this.folder, "cdktf.json"),
      JSON.stringify({ ...cdktf, context: { settings: { ...this.settings, stage } } }, null, 2),
    );
    this.app.synth();
    return blueprintIn(this.stack.folder);
  }

  private get app(): App {
    return new App(this.folder);
  }

  private get stack() {
    return this.app.stack();
  }

  /** @param recorder gets what Terraform's provider has asked and was answered */
  async deploy(stage: Stage, recorder: Recorder): Promise<void> {
    this.plan(stage);
    // It has what is in the state, too, so it is nobody else's, and goes at once.
    const log = join(this.folder, "terraform-log.jsonl");
    closeSync(openSync(log, "w", 0o600));
    const { TF_LOG, TF_LOG_PATH } = process.env;
    setVariables({ TF_LOG: "JSON", TF_LOG_PATH: log });
    try {
      await guardedDeploy(this.app, this.stack, ["-auto-approve"]);
    } finally {
      setVariables({ TF_LOG, TF_LOG_PATH });
      await recordProviderLog(log, recorder);
      rmSync(log);
    }
  }

  get outputs(): TrialOutputs {
    const state = JSON.parse(readFileSync(stateFile(this.stack)!, "utf8"));
    return Object.fromEntries(
      Object.entries<{ value: unknown }>(state.outputs).map(([name, { value }]) => [name, value]),
    ) as unknown as TrialOutputs;
  }

  /** How long AWS took for what the last deploy has made. */
  async measured(): Promise<Measured[]> {
    const measured: Measured[] = [];
    for await (const line of createInterface(createReadStream(join(this.stack.folder, "deploy.jsonl")))) {
      const message = messageOf(line);
      if (message?.type !== "apply_complete" || message.hook?.action !== "create") continue;
      const [resource] = message.hook.resource.addr.split(".");
      measured.push({ resource, seconds: message.hook.elapsed_seconds ?? 0 });
    }
    return measured.filter(({ resource }) => resource.startsWith("aws_"));
  }

  /** @param keeping whether cluster, key store and network stay until the store's keys are gone. @throws Failure */
  async destroy(keeping: boolean): Promise<void> {
    const { folder } = this.stack;
    this.app.init(this.stack);
    const state: RawState = JSON.parse(readFileSync(stateFile(this.stack)!, "utf8"));
    const known = Object.entries(instancesOf(state));
    const forgotten = known
      .filter(([address, { attributes }]) => {
        const [type] = address.split(".");
        if (type === "aws_kms_key") return Boolean(attributes.custom_key_store_id);
        return KEPT.includes(type) || (keeping && KEPT_NETWORK.includes(type));
      })
      .map(([address]) => address);
    if (forgotten.length > 0) await this.terraform(folder, ["state", "rm", ...forgotten]);
    await this.terraform(folder, ["destroy", "-auto-approve", "-input=false", "-no-color"]);
  }

  private async terraform(folder: string, args: string[]): Promise<void> {
    const log = join(folder, "destroy.log");
    const written = openSync(log, "a", 0o600);
    try {
      const status = await runTerraform(folder, args, dirname(folder), written);
      if (status !== 0)
        throw new Failure(`${terraformBinary()} ${args[0]} failed; its log is ${log}. Run it again`);
    } finally {
      closeSync(written);
    }
  }
}

function setVariables(values: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(values))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
}
