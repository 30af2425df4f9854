// A region is lost, and its keys come back in another one: the example two-regions, in a local cloud of its own.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Backup, CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { rateOf } from "../../../constructs/backups/backup-copier";
import { HsmClient, hsmClient } from "../../../emulator/conformance/operator";
import { Deployment } from "../../../__tests__/end-to-end/deployment";
import { Examples } from "../../../__tests__/end-to-end/example-runs";
import { Objectives, reportOf, textOf } from "./report";

const { values } = parseArgs({
  options: {
    "recovery-point-hours": { type: "string", default: "30" },
    "recovery-time-minutes": { type: "string", default: "60" },
  },
});
const objectives: Objectives = {
  recoveryPointHours: Number(values["recovery-point-hours"]),
  recoveryTimeMinutes: Number(values["recovery-time-minutes"]),
};
const EXAMPLE = "two-regions";
const [HOME, RECOVERY] = ["eu-central-1", "eu-west-1"];
const APP = { role: "crypto-user", pin: "ledger_app:a-person-s-own" };

let number = 0;
const say = (text: string) => console.log(`${++number}. ${text}`);

/** The state of the local cloud that a drill asks for. */
class Drill {
  private readonly examples: Examples;
  private clusterId = "";
  private trustAnchor = "";
  private client?: HsmClient;

  constructor(private readonly deployment: Deployment) {
    this.examples = new Examples(deployment);
  }

  private at = (region: string) => ({ ...this.deployment.client, region });

  private async health(): Promise<{ now: number; speed: number }> {
    const { now, speed } = (await (await fetch(`${this.deployment.endpoint}/_local/health`)).json()) as any;
    return { now: Date.parse(now), speed };
  }

  async deployHome(): Promise<void> {
    const { recoveryPointHours } = objectives;
    await this.examples.deploy(EXAMPLE, { recoveryPointHours });
    this.clusterId = this.examples.output(EXAMPLE, "cluster_id");
    this.trustAnchor = (await this.secret(HOME, "trust-anchor"))!;
    await this.useKey(HOME, this.examples.output(EXAMPLE, "key_arn"));
    await this.checkReplicas();
    say(`${HOME}: cluster ${this.clusterId} with a key store, copies to ${RECOVERY}`);
  }

  private async useKey(region: string, KeyId: string): Promise<void> {
    const kms = new KMS(this.at(region));
    const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: Buffer.from("mine") });
    const { Plaintext } = await kms.decrypt({ CiphertextBlob });
    if (Buffer.from(Plaintext!).toString() !== "mine") throw new Error(`${KeyId} decrypts to something else`);
  }

  /** One copy so far, and what opens it, encrypted by a key of the other region. */
  private async checkReplicas(): Promise<void> {
    const copies = await this.copies();
    if (copies.length !== 1 || copies[0].SourceCluster !== this.clusterId)
      throw new Error(`The copies in ${RECOVERY} are ${JSON.stringify(copies)}`);
    const secrets = new SecretsManager(this.at(RECOVERY));
    for (const name of ["admin", "trust-anchor"]) {
      const SecretId = `safe-storage/${this.clusterId}/${name}`;
      const { PrimaryRegion, KmsKeyId } = await secrets.describeSecret({ SecretId });
      if (PrimaryRegion !== HOME || !KmsKeyId?.includes(RECOVERY))
        throw new Error(`${SecretId} is of ${PrimaryRegion}, and its key is ${KmsKeyId}`);
    }
  }

  private async secret(region: string, name: string): Promise<string | undefined> {
    const SecretId = `safe-storage/${this.clusterId}/${name}`;
    return (await new SecretsManager(this.at(region)).getSecretValue({ SecretId })).SecretString;
  }

  private async run(client: HsmClient, clusterId: string, command: string, login = APP): Promise<any> {
    const { error_code, data } = await client(clusterId, this.trustAnchor, command.split(" "), login);
    if (error_code !== 0) throw new Error(`${command}: ${JSON.stringify(data)}`);
    return data;
  }

  /** A crypto user's key, and data that only this key opens. */
  async makeData(): Promise<{ iv: string; wrapped_key_data: string; checkValue: string }> {
    const client = (this.client = await hsmClient(new Lambda(this.at(HOME)), "ledger-operator"));
    const admin = { role: "admin", pin: `admin:${await this.secret(HOME, "admin")}` };
    const create = "user create --username ledger_app --role crypto-user --password a-person-s-own";
    await this.run(client, this.clusterId, create, admin);
    for (const label of ["master", "data"])
      await this.run(
        client,
        this.clusterId,
        `key generate-symmetric aes --label ${label} --key-length-bytes 32`,
      );
    const wrap = "key wrap aes-gcm --payload-filter attr.label=data --wrapping-filter attr.label=master";
    const wrapped = await this.run(client, this.clusterId, wrap);
    const { matched_keys } = await this.run(client, this.clusterId, "key list");
    const data = matched_keys.find((k: any) => k.attributes.label === "data");
    say(`A crypto user has made an HSM key, and encrypted with it what is kept elsewhere`);
    return { ...wrapped, checkValue: data.attributes["check-value"] };
  }

  private async copies(): Promise<Backup[]> {
    const states = ["READY"];
    return (await new CloudHSMV2(this.at(RECOVERY)).describeBackups({ Filters: { states } })).Backups!;
  }

  private async runsOfCopier(): Promise<number> {
    const { events } = await new CloudWatchLogs(this.at(RECOVERY)).filterLogEvents({
      logGroupName: `/aws/lambda/${this.examples.output(EXAMPLE, "copier")}`,
      filterPattern: "END",
    });
    return events!.filter((e) => e.message!.startsWith("END")).length;
  }

  /** Lets so much time pass that AWS takes its daily backup, and the schedule copies it; firing by firing, as in life. */
  async letADayPass(): Promise<void> {
    const { now: began } = await this.health();
    const every = rateOf(objectives.recoveryPointHours) * 60;
    for (let passed = 0; passed < 26 * 3600; passed += every) {
      const runs = await this.runsOfCopier();
      await this.deployment.advanceClock(every);
      for (let i = 0; i < 600 && (await this.runsOfCopier()) <= runs; i++) await sleep(300);
    }
    const [newest] = await this.copies();
    if (newest.CreateTimestamp!.getTime() < began) throw new Error("The day's backup was not copied");
    say(`A day passes: ${newest.SourceBackup}, with the key, is copied to ${RECOVERY} as ${newest.BackupId}`);
  }

  /** A user whom the copy does not have, and whom home notes for the other region within six hours. */
  async makeLateUser(): Promise<void> {
    const admin = { role: "admin", pin: `admin:${await this.secret(HOME, "admin")}` };
    const create = "user create --username ledger_late --role crypto-user --password a-late-one-s-own";
    await this.run(this.client!, this.clusterId, create, admin);
    await this.deployment.advanceClock(6 * 3600);
    for (let i = 0; !(await this.secret(RECOVERY, "users"))!.includes("ledger_late"); i++) {
      if (i === 600) throw new Error("The late user was not noted");
      await sleep(300);
    }
    say("Another user comes after the copy; home notes who its users are, for the other region");
  }

  /** Gives how old the newest copy is at that moment, in seconds. */
  async loseHome(): Promise<number> {
    await fetch(`${this.deployment.endpoint}/_local/faults`, {
      method: "POST",
      body: JSON.stringify({ region: HOME, fault: "lost" }),
    });
    const [newest] = await this.copies();
    const age = ((await this.health()).now - newest.CreateTimestamp!.getTime()) / 1000;
    say(`${HOME} is lost, six hours after the copy: none of its services and none of its HSMs answers`);
    return age;
  }

  /** Gives how many seconds the deploy took. */
  async recover(): Promise<number> {
    const { recoveryPointHours } = objectives;
    this.examples.configure(EXAMPLE, { recoveryPointHours, lostClusterId: this.clusterId });
    const began = Date.now();
    await this.examples.apply(EXAMPLE, "two-regions-recovery");
    say(`${RECOVERY}: deployed from the newest copy, with nothing of ${HOME} but its replicated secrets`);
    return (Date.now() - began) / 1000;
  }

  async prove(data: { iv: string; wrapped_key_data: string; checkValue: string }): Promise<void> {
    const restored = this.examples.output(EXAMPLE, "cluster_id", "two-regions-recovery");
    const client = await hsmClient(
      new Lambda(this.at(RECOVERY)),
      this.examples.output(EXAMPLE, "operator_function", "two-regions-recovery"),
    );
    const { iv, wrapped_key_data, checkValue } = data;
    const unwrap = `key unwrap aes-gcm --filter attr.label=master --key-type-class aes --label opened --iv ${iv} --data ${wrapped_key_data}`;
    const { key } = await this.run(client, restored, unwrap);
    if (key.attributes["check-value"] !== checkValue) throw new Error("What was decrypted is something else");
    say(`The HSM key made in ${HOME} decrypts in ${restored} what it had encrypted there`);
    const differences = JSON.parse(this.examples.output(EXAMPLE, "user_differences", "two-regions-recovery"));
    if (differences.missing.join() !== "ledger_late" || differences.stale.length > 0)
      throw new Error(`The users who differ are ${JSON.stringify(differences)}`);
    say("The deploy names the user who came after the copy: ledger_late is to be made again by hand");
    const stack = join(this.examples.folderOf(EXAMPLE), "cdktf.out/stacks/two-regions-recovery");
    const plan = ["plan", "-detailed-exitcode", "-input=false", "-no-color"];
    const { status, output } = await this.deployment.terraformIn(stack, ...plan);
    if (status !== 0) throw new Error(`The second plan is not empty:\n${output.slice(-3000)}`);
    await this.useKey(RECOVERY, this.examples.output(EXAMPLE, "key_arn", "two-regions-recovery"));
    say(`A new KMS key in the key store there works; the KMS keys of ${HOME} do not move`);
  }

  async report(deploySeconds: number, recoveryPoint: number): Promise<boolean> {
    const { changes } = (await (await fetch(`${this.deployment.endpoint}/_local/timeline`)).json()) as any;
    const { speed } = await this.health();
    const report = reportOf(changes, RECOVERY, speed, deploySeconds, recoveryPoint, objectives);
    writeFileSync(join(this.deployment.folder, "report.json"), JSON.stringify(report, null, 2));
    console.log(`\n${textOf(report, objectives)}`);
    return report.met.recoveryPoint && report.met.recoveryTime;
  }
}

async function main(): Promise<void> {
  const deployment = await Deployment.start("dr-drill");
  try {
    const drill = new Drill(deployment);
    await drill.deployHome();
    const data = await drill.makeData();
    await drill.letADayPass();
    await drill.makeLateUser();
    const age = await drill.loseHome();
    const seconds = await drill.recover();
    await drill.prove(data);
    if (!(await drill.report(seconds, age))) process.exitCode = 1;
  } finally {
    await deployment.stop();
  }
}

void main().catch((error: Error) => {
  console.error(`dr-drill: ${error.message}`);
  process.exitCode = 1;
});
