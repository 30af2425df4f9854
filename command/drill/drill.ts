// A region is lost, and its keys come back in another one: the example two-regions, in a local cloud of its own.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Backup, CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { rateOf } from "../../constructs/backups/copy-rate";
import { HsmClient, hsmClient } from "../../emulator/hsm-client";
import { localCloudPackage } from "../local-cloud/package";
import { ExampleApp } from "./example-app";
import { Objectives, reportOf, textOf } from "./report";

const [HOME, RECOVERY] = ["eu-central-1", "eu-west-1"];
const APP = { role: "crypto-user", pin: "ledger_app:a-person-s-own" };

let number = 0;
const say = (text: string) => console.log(`${++number}. ${text}`);

/** The state of the local cloud that a drill asks for. */
class Drill {
  private clusterId = "";
  private trustAnchor = "";
  private client?: HsmClient;

  constructor(
    private readonly app: ExampleApp,
    private readonly url: string,
    private readonly objectives: Objectives,
  ) {}

  private at = (region: string) => ({
    region,
    endpoint: this.url,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });

  private async post(path: string, body: object): Promise<void> {
    await fetch(`${this.url}/_local/${path}`, { method: "POST", body: JSON.stringify(body) });
  }

  private async health(): Promise<{ now: number; speed: number }> {
    const { now, speed } = (await (await fetch(`${this.url}/_local/health`)).json()) as any;
    return { now: Date.parse(now), speed };
  }

  async deployHome(): Promise<void> {
    const { recoveryPointHours } = this.objectives;
    this.app.configure({ recoveryPointHours });
    this.app.apply();
    this.clusterId = this.app.output("cluster_id");
    this.trustAnchor = (await this.secret(HOME, "trust-anchor"))!;
    await this.useKey(HOME, this.app.output("key_arn"));
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
      logGroupName: `/aws/lambda/${this.app.output("copier")}`,
      filterPattern: "END",
    });
    return events!.filter((e) => e.message!.startsWith("END")).length;
  }

  /** Lets so much time pass that AWS takes its daily backup, and the schedule copies it; firing by firing, as in life. */
  async letADayPass(): Promise<void> {
    const { now: began } = await this.health();
    const every = rateOf(this.objectives.recoveryPointHours) * 60;
    for (let passed = 0; passed < 26 * 3600; passed += every) {
      const runs = await this.runsOfCopier();
      await this.post("clock", { advanceSeconds: every });
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
    await this.post("clock", { advanceSeconds: 6 * 3600 });
    for (let i = 0; !(await this.secret(RECOVERY, "users"))!.includes("ledger_late"); i++) {
      if (i === 600) throw new Error("The late user was not noted");
      await sleep(300);
    }
    say("Another user comes after the copy; home notes who its users are, for the other region");
  }

  /** Gives how old the newest copy is at that moment, in seconds. */
  async loseHome(): Promise<number> {
    await this.post("faults", { region: HOME, fault: "lost" });
    const [newest] = await this.copies();
    const age = ((await this.health()).now - newest.CreateTimestamp!.getTime()) / 1000;
    say(`${HOME} is lost, six hours after the copy: none of its services and none of its HSMs answers`);
    return age;
  }

  /** Gives how many seconds the deploy took. */
  async recover(): Promise<number> {
    const { recoveryPointHours } = this.objectives;
    this.app.configure({ recoveryPointHours, lostClusterId: this.clusterId });
    const began = Date.now();
    this.app.apply("two-regions-recovery");
    say(`${RECOVERY}: deployed from the newest copy, with nothing of ${HOME} but its replicated secrets`);
    return (Date.now() - began) / 1000;
  }

  async prove(data: { iv: string; wrapped_key_data: string; checkValue: string }): Promise<void> {
    const restored = this.app.output("cluster_id", "two-regions-recovery");
    const client = await hsmClient(
      new Lambda(this.at(RECOVERY)),
      this.app.output("operator_function", "two-regions-recovery"),
    );
    const { iv, wrapped_key_data, checkValue } = data;
    const unwrap = `key unwrap aes-gcm --filter attr.label=master --key-type-class aes --label opened --iv ${iv} --data ${wrapped_key_data}`;
    const { key } = await this.run(client, restored, unwrap);
    if (key.attributes["check-value"] !== checkValue) throw new Error("What was decrypted is something else");
    say(`The HSM key made in ${HOME} decrypts in ${restored} what it had encrypted there`);
    const differences = JSON.parse(this.app.output("user_differences", "two-regions-recovery"));
    if (differences.missing.join() !== "ledger_late" || differences.stale.length > 0)
      throw new Error(`The users who differ are ${JSON.stringify(differences)}`);
    say("The deploy names the user who came after the copy: ledger_late is to be made again by hand");
    this.app.expectNoDrift("two-regions-recovery");
    await this.useKey(RECOVERY, this.app.output("key_arn", "two-regions-recovery"));
    say(`A new KMS key in the key store there works; the KMS keys of ${HOME} do not move`);
  }

  async report(deploySeconds: number, recoveryPoint: number): Promise<boolean> {
    const { changes } = (await (await fetch(`${this.url}/_local/timeline`)).json()) as any;
    const { speed } = await this.health();
    const report = reportOf(changes, RECOVERY, speed, deploySeconds, recoveryPoint, this.objectives);
    writeFileSync(join(this.app.folder, "report.json"), JSON.stringify(report, null, 2));
    console.log(`\n${textOf(report, this.objectives)}`);
    return report.met.recoveryPoint && report.met.recoveryTime;
  }
}

/** Exit status 1 where something did not come back, or later or older than asked for. */
export async function drill(folder: string, objectives: Objectives): Promise<void> {
  const cloud = await localCloudPackage().start({ folder: join(folder, "cloud") });
  try {
    const app = await ExampleApp.in(join(folder, "app"), cloud.url, cloud.environment);
    const one = new Drill(app, cloud.url, objectives);
    await one.deployHome();
    const data = await one.makeData();
    await one.letADayPass();
    await one.makeLateUser();
    const age = await one.loseHome();
    const seconds = await one.recover();
    await one.prove(data);
    if (!(await one.report(seconds, age))) process.exitCode = 1;
  } finally {
    await cloud.stop();
  }
}
