// Checks claims about AWS in the account of whoever runs it, in a trial deployment that it makes and takes away again.

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CheckedClaim, isChecked, Observation, outOfReach, Stage, STAGES } from "../../verification/claim";
import { ClaimId, claims } from "../../verification/claims";
import { Trial, TrialOutputs } from "../../verification/trial";
import { lockFolder } from "../app/folder-lock";
import { confirmed } from "../confirm";
import { Failure, say } from "../failure";
import type { Blueprint } from "../review/blueprint";
import { copyRegionOf, isLocalCloud, layerIn, rootsFor, zonesIn } from "./begin";
import { Estimate, estimateOf, usdAnHourOf } from "./estimate";
import { activation, OperatorLog, recordCalls } from "./operator-log";
import { makeProbeZip } from "./probe-zip";
import { Recorder } from "./recorder";
import { markdownOf, reportOf } from "./report";
import { TrialResources } from "./resources";
import { Measured, Run } from "./run";
import { Sweep } from "./sweep";
import { TrialStack } from "./trial-stack";
import { Watch } from "./watch";

export interface Given {
  region?: string;
  only?: string[];
  budget: number;
  keep?: boolean;
  cleanUp?: boolean;
  folder: string;
  layer?: string;
  awsRoot?: string;
  manufacturerRoot?: string;
  yes?: boolean;
}

const RECORDING = "recording.jsonl";

/** Exit status 1 where a claim is refuted, or something that costs is left. */
export async function verify(given: Given): Promise<void> {
  const ids = wanted(given.only);
  const folder = resolve(given.folder);
  const earlier = Run.in(folder);
  if (earlier?.is.leftovers) return removeLeftovers(earlier);
  if (!earlier && given.cleanUp) return say(`nothing to clean up: ${folder} has no run that has not ended`);
  const region = earlier?.is.region ?? given.region ?? process.env.AWS_REGION;
  if (!region) throw new Failure("no region: name one by --region", 2);
  mkdirSync(folder, { recursive: true });
  await lockFolder(folder);
  if (!earlier) rmSync(join(folder, RECORDING), { force: true });
  await new Verification(
    given,
    folder,
    ids,
    earlier ?? Run.begin(folder, { region, copyRegion: copyRegionOf(region), zones: await zonesIn(region) }),
  ).run();
}

function wanted(only?: string[]): ClaimId[] {
  const all = Object.keys(claims) as ClaimId[];
  for (const id of only ?? [])
    if (!all.includes(id as ClaimId))
      throw new Failure(`there is no claim ${id}; docs/unverified.md lists them`, 2);
  return only ? (only as ClaimId[]) : all;
}

async function removeLeftovers(run: Run): Promise<void> {
  const { leftovers, name } = run.is;
  const { deletableFrom, customKeyStoreId, clusterId } = leftovers!;
  const removed = await new Sweep(new Trial(run.is, {} as TrialOutputs)).removeLeftovers(leftovers!);
  if (removed) {
    run.note({ leftovers: undefined });
    return say(`${customKeyStoreId}, ${clusterId} and their network are gone. Nothing of ${name} is left`);
  }
  say(
    `${customKeyStoreId} and ${clusterId} stay until their keys are gone, on ${deletableFrom}; they cost nothing. Another run before that needs another --folder`,
  );
}

class Verification {
  private stack!: TrialStack;
  private manufacturerRoot?: string;
  private watch!: Watch;
  private readonly recorder: Recorder;
  private readonly operatorLog = new OperatorLog();
  private begun = false;
  private readonly blueprints = new Map<Stage, Blueprint>();

  constructor(
    private readonly given: Given,
    private readonly folder: string,
    private readonly ids: ClaimId[],
    private readonly runKept: Run,
  ) {
    this.recorder = new Recorder(join(folder, RECORDING));
  }

  async run(): Promise<void> {
    await this.prepare();
    this.watch.start();
    try {
      await this.checkOrCleanUp();
    } finally {
      this.noteMeasured(await this.watch.stop(this.recorder));
      if (this.begun) this.report();
    }
  }

  private async checkOrCleanUp(): Promise<void> {
    const stages = this.stages();
    if (this.given.cleanUp) return this.cleanUp();
    const estimates = stages.filter((stage) => stage !== "free").map((stage) => this.estimate(stage));
    this.announce(stages, estimates.at(-1));
    if (!(await confirmed(this.given.yes, "Begin?"))) return;
    this.begun = true;
    try {
      for (const stage of STAGES) if (stages.includes(stage)) await this.stage(stage);
    } finally {
      if (this.given.keep) this.sayKept();
      else await this.cleanUp();
    }
  }

  private async prepare(): Promise<void> {
    const { folder, given } = this;
    const { name, region, copyRegion, zones } = this.runKept.is;
    const local = await isLocalCloud();
    const { identityCheck, manufacturerRoot } = await rootsFor(folder, given, local);
    this.manufacturerRoot = manufacturerRoot;
    const resources = new TrialResources(new Trial(this.runKept.is, {} as TrialOutputs));
    this.watch = new Watch(resources, local ? LOOK_MS.localCloud : LOOK_MS.aws);
    const layerZip = await layerIn(folder, given.layer, local);
    const probeZip = join(folder, "probe.zip");
    await makeProbeZip(probeZip);
    this.stack = new TrialStack(join(folder, "app"), {
      name,
      region,
      copyRegion,
      zones,
      layerZip,
      probeZip,
      identityCheck,
    });
  }

  /** Those that the claims need. */
  private stages(): Stage[] {
    const needed = this.ids.flatMap((id) => {
      const claim = claims[id];
      return isChecked(claim) ? [STAGES.indexOf(claim.cost)] : [];
    });
    return STAGES.filter((_, i) => needed.includes(i));
  }

  /** What a stage makes, synthesized once. */
  private blueprint(stage: Stage): Blueprint {
    const known = this.blueprints.get(stage) ?? this.stack.plan(stage);
    this.blueprints.set(stage, known);
    return known;
  }

  private estimate(stage: Stage): Estimate {
    return estimateOf(stage, this.blueprint(stage));
  }

  private announce(stages: Stage[], last?: Estimate): void {
    const { name, region, copyRegion, zones } = this.runKept.is;
    const count = this.ids.filter((id) => isChecked(claims[id])).length;
    say(`Trial ${name} in ${region}: ${count} claims, stages ${stages.join(", ")}`);
    if (!last) return say("It makes nothing.");
    say(
      `It makes a VPC of its own in ${zones.join(" and ")}, ${MAKES[last.stage]}, all tagged SafeStorageVerify = ${name}, and copies of backups and secrets in ${copyRegion}; it touches nothing else. About ${last.minutes} minutes and ${last.usd} US dollars by list prices (${last.usdAnHour.toFixed(2)} an hour); the budget is ${this.given.budget}.`,
    );
    if (last.stage !== "cents")
      say(
        "Its key store, which has a key then, cannot be deleted for 7 days, nor can its cluster, which has no HSM then, nor their network. They cost nothing; after that `safe-storage verify` removes them.",
      );
  }

  private async stage(stage: Stage): Promise<void> {
    if (stage !== "free" && !(await this.deploy(stage))) return;
    const trial = this.trial(stage);
    const { name } = this.runKept.is;
    const interrupted = (): void => {
      say(`interrupted: ${name} is still there. Run it again to go on, or with --clean-up to remove it`);
      process.exit(INTERRUPTED);
    };
    process.on("SIGINT", interrupted);
    try {
      for (const id of this.ids) {
        const claim = claims[id];
        if (!isChecked(claim) || claim.cost !== stage) continue;
        if (stage !== "free" && this.spent() > this.given.budget) {
          say(`${this.spent().toFixed(2)} US dollars are spent, more than the budget: checks no more`);
          return;
        }
        this.recorder.claim = id;
        const observation = this.runKept.is.observations[id] ?? (await observe(claim, trial));
        this.runKept.observe(id, observation);
        say(`${MARKS[observation.verdict]} ${id}: ${observation.seen}`);
      }
      this.recorder.claim = `stage ${stage}`;
      await describeAll(trial);
      if (stage !== "free") await this.takeOperatorLog(trial);
    } finally {
      process.off("SIGINT", interrupted);
    }
  }

  /** False where the budget does not allow it. */
  private async deploy(stage: Stage): Promise<boolean> {
    const { usd } = this.estimate(stage);
    const spent = this.spent();
    if (Math.max(usd, spent) > this.given.budget) {
      say(
        `with stage ${stage} it would cost ${usd} US dollars, more than the budget; ${spent.toFixed(2)} are spent`,
      );
      return false;
    }
    this.runKept.note({ stage, stageBegun: new Date().toISOString(), spentBefore: spent });
    this.recorder.claim = `deploy ${stage}`;
    await this.stack.deploy(stage, this.recorder);
    this.noteMeasured(await this.stack.measured());
    return true;
  }

  private async takeOperatorLog(trial: Trial): Promise<void> {
    const lines = await this.operatorLog.take(trial).catch((error: Error) => {
      say(`the recording has nothing of the operator's log: ${error.message}`);
      return [];
    });
    recordCalls(lines, this.recorder);
    // Run again, the action has nothing to wait for.
    const known = new Set(this.runKept.is.measured.map(({ resource }) => resource));
    this.noteMeasured(activation(lines).filter(({ resource }) => !known.has(resource)));
  }

  private noteMeasured(more: Measured[]): void {
    this.runKept.note({ measured: [...this.runKept.is.measured, ...more] });
  }

  /** US dollars so far, by list prices. */
  private spent(): number {
    const { stage, stageBegun, spentBefore } = this.runKept.is;
    if (stage === undefined) return spentBefore;
    const hours = (Date.now() - Date.parse(stageBegun!)) / 3_600_000;
    return spentBefore + hours * usdAnHourOf(this.blueprint(stage));
  }

  private trial(stage: Stage): Trial {
    const outputs = stage === "free" ? ({} as TrialOutputs) : this.stack.outputs;
    return new Trial(this.runKept.is, outputs, this.manufacturerRoot, this.recorder);
  }

  private report(): void {
    const report = reportOf(this.runKept, this.ids);
    const file = join(this.folder, "report");
    writeFileSync(`${file}.json`, `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(`${file}.md`, markdownOf(report));
    console.log(`${file}.md`);
    const refuted = Object.values(report.claims).filter(({ verdict }) => verdict === "refuted");
    if (refuted.length > 0) process.exitCode = 1;
  }

  private async cleanUp(): Promise<void> {
    const { name, stage } = this.runKept.is;
    const sweep = new Sweep(new Trial(this.runKept.is, {} as TrialOutputs));
    const leftovers = await sweep.run();
    if (stage !== undefined) {
      this.stack.plan(stage);
      say("destroys the rest of the stack");
      await this.stack.destroy(leftovers !== undefined);
    }
    const left = await sweep.whatCosts();
    if (left.length > 0)
      throw new Failure(
        `of ${name} this is left, and costs: ${left.join(", ")}. Run it again with --clean-up`,
      );
    this.runKept.note({ ended: new Date().toISOString(), leftovers });
    say(`nothing of ${name} is left that costs`);
    if (leftovers)
      say(
        `${leftovers.customKeyStoreId}, ${leftovers.clusterId} and ${leftovers.vpcId} stay until ${leftovers.deletableFrom}: run it again then`,
      );
  }

  private sayKept(): void {
    const { name, stage } = this.runKept.is;
    if (stage === undefined) return;
    const usd = usdAnHourOf(this.blueprint(stage)).toFixed(2);
    say(`${name} is kept, and costs ${usd} US dollars an hour: safe-storage verify --clean-up removes it`);
  }
}

/** Between two looks at the trial's resources; the local cloud is 600 times faster than AWS. */
const LOOK_MS = { aws: 10_000, localCloud: 250 };

/** As shells say it of a program that an interrupt has ended. */
const INTERRUPTED = 130;

/** A check that fails itself has seen nothing. */
const observe = (claim: CheckedClaim, trial: Trial): Promise<Observation> =>
  claim
    .check(trial)
    .catch((error: Error) => outOfReach(`The check ended with ${error.name}: ${error.message}`));

/** Lets a recording have of each resource what AWS says of it. */
async function describeAll({ cloudHsm, fsx, kms, lambda, outputs }: Trial): Promise<void> {
  const { cluster_id, custom_key_store_id, key_arn, file_system_id, operator_arn } = outputs;
  if (operator_arn) await lambda.getFunctionConfiguration({ FunctionName: operator_arn });
  if (cluster_id) {
    const clusterIds = [cluster_id];
    await cloudHsm.describeClusters({ Filters: { clusterIds } });
    await cloudHsm.describeBackups({ Filters: { clusterIds } });
    await cloudHsm.listTags({ ResourceId: cluster_id });
    await kms.describeCustomKeyStores({ CustomKeyStoreId: custom_key_store_id });
    await kms.describeKey({ KeyId: key_arn });
  }
  if (file_system_id) {
    const Filters = [{ Name: "file-system-id" as const, Values: [file_system_id] }];
    await fsx.describeFileSystems({ FileSystemIds: [file_system_id] });
    await fsx.describeStorageVirtualMachines({ Filters });
    await fsx.describeVolumes({ Filters });
  }
}

const MARKS = { confirmed: "✓", refuted: "✗", "not in reach": "–" };

const MAKES: Record<Stage, string> = {
  free: "nothing",
  cents: "interface endpoints, two Lambda functions and an alarm with a topic",
  hsms: "interface endpoints, two Lambda functions, an alarm with a topic, a CloudHSM cluster with two HSMs, for a while a third one, and a key store",
  everything:
    "interface endpoints, two Lambda functions, an alarm with a topic, a CloudHSM cluster with two HSMs, a key store, and an FSx for ONTAP file system, for a while a third HSM, a clone of the cluster and other file systems",
};
