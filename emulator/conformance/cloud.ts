// A local cloud for a test file, and SDK clients for it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudHSMV2, Cluster } from "@aws-sdk/client-cloudhsm-v2";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EC2 } from "@aws-sdk/client-ec2";
import { EventBridge } from "@aws-sdk/client-eventbridge";
import { FSx } from "@aws-sdk/client-fsx";
import { IAM } from "@aws-sdk/client-iam";
import { CustomKeyStoresListEntry, KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SNS } from "@aws-sdk/client-sns";
import { SQS } from "@aws-sdk/client-sqs";
import { STS } from "@aws-sdk/client-sts";
import { zip } from "../hsm-client";
import { LocalCloud, startLocalCloud } from "../start";

export { zip };

const ROOT = join(__dirname, "../..");
export const ZONES = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];

export interface Network {
  vpcId: string;
  /** One a zone, in the order of ZONES. */
  subnetIds: string[];
}

export class TestCloud {
  readonly hsm: CloudHSMV2;
  readonly kms: KMS;
  readonly fsx: FSx;
  readonly ec2: EC2;
  readonly lambda: Lambda;
  readonly iam: IAM;
  readonly secrets: SecretsManager;
  readonly sns: SNS;
  readonly sqs: SQS;
  readonly logs: CloudWatchLogs;
  readonly alarms: CloudWatch;
  readonly events: EventBridge;

  readonly credentials = { accessKeyId: "local", secretAccessKey: "local" };

  private constructor(
    private readonly local: Pick<LocalCloud, "url" | "stop">,
    /** Where it keeps its files, those of the functions that run among them. */
    readonly folder?: string,
  ) {
    const settings = {
      endpoint: local.url,
      region: "eu-central-1",
      credentials: this.credentials,
      maxAttempts: 1,
    };
    this.hsm = new CloudHSMV2(settings);
    this.kms = new KMS(settings);
    this.fsx = new FSx(settings);
    this.ec2 = new EC2(settings);
    this.lambda = new Lambda(settings);
    this.iam = new IAM(settings);
    this.secrets = new SecretsManager(settings);
    this.sns = new SNS(settings);
    this.sqs = new SQS(settings);
    this.logs = new CloudWatchLogs(settings);
    this.alarms = new CloudWatch(settings);
    this.events = new EventBridge(settings);
  }

  /** @param speed so fast that AWS's longest wait, a file system's 25 minutes, takes a sixth of a second. */
  static async start(speed = 10_000, state?: string, pessimistic = false): Promise<TestCloud> {
    const folder = mkdtempSync(join(tmpdir(), "local-cloud-"));
    const python = join(ROOT, ".venv/bin/python");
    const local = await startLocalCloud({
      host: "127.0.0.1",
      port: 0,
      speed,
      pessimistic,
      state,
      folder,
      python,
      motoLog: join(folder, "moto.log"),
    });
    const cloud = new TestCloud(local, folder);
    // A test file makes a network for each of its tests: AWS raises the quota on request.
    await cloud.post("quotas", { vpcs: 1000 });
    return cloud;
  }

  /** One that runs already, and that somebody else stops. */
  static at(url: string): TestCloud {
    return new TestCloud({ url, stop: async () => undefined });
  }

  get url(): string {
    return this.local.url;
  }

  async stop(): Promise<void> {
    await this.local.stop();
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }

  /** Asks the local cloud itself for something: README.md, «admin»; throws where it refuses. */
  async post(path: string, body: object = {}): Promise<Response> {
    const answer = await this.ask(path, body);
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return answer;
  }

  /** The same for a request that may be refused. */
  ask(path: string, body: object = {}): Promise<Response> {
    return fetch(`${this.url}/_local/${path}`, { method: "POST", body: JSON.stringify(body) });
  }

  async endFaults(): Promise<void> {
    await fetch(`${this.url}/_local/faults`, { method: "DELETE" });
  }

  async advanceClock(seconds: number): Promise<void> {
    await this.post("clock", { advanceSeconds: seconds });
  }

  /** Moves the clock to the next noon, UTC: a cron expression of an evening or a morning is then not due by the time of day of the test. */
  async advanceToNoon(): Promise<void> {
    const { now } = (await (await fetch(`${this.url}/_local/health`)).json()) as { now: string };
    const sinceNoon = (Date.parse(now) / 1000 + 12 * 3600) % (24 * 3600);
    await this.advanceClock(24 * 3600 - sinceNoon);
  }

  /** All calls that it has answered, oldest first. */
  async recordedCalls(): Promise<{ who: string; service: string; operation: string; status: number }[]> {
    return ((await (await fetch(`${this.url}/_local/calls`)).json()) as any).calls;
  }

  /** A call of CloudHSM's that is newer than the newest SDK for JavaScript that npm has of it. */
  async callHsm(operation: string, input: object): Promise<any> {
    const answer = await fetch(this.url, {
      method: "POST",
      headers: {
        authorization:
          "AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/cloudhsm/aws4_request, SignedHeaders=host, Signature=0",
        "x-amz-target": `BaldrApiService.${operation}`,
      },
      body: JSON.stringify(input),
    });
    const body: any = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(body.message), { name: body.__type });
    return body;
  }

  async network(): Promise<Network> {
    const { Vpc } = await this.ec2.createVpc({ CidrBlock: "10.9.0.0/24" });
    const subnetIds = await Promise.all(
      ZONES.map(async (AvailabilityZone, i) => {
        const CidrBlock = `10.9.0.${i * 64}/26`;
        const { Subnet } = await this.ec2.createSubnet({ VpcId: Vpc!.VpcId, AvailabilityZone, CidrBlock });
        return Subnet!.SubnetId!;
      }),
    );
    return { vpcId: Vpc!.VpcId!, subnetIds };
  }

  /** A small file system in the subnet, once it is AVAILABLE; gives its id. */
  async availableFileSystem(subnetId: string, ThroughputCapacity = 128, KmsKeyId?: string): Promise<string> {
    const { FileSystem } = await this.fsx.createFileSystem({
      FileSystemType: "ONTAP",
      StorageCapacity: 1024,
      SubnetIds: [subnetId],
      KmsKeyId,
      OntapConfiguration: { DeploymentType: "SINGLE_AZ_1", ThroughputCapacity },
    });
    const FileSystemIds = [FileSystem!.FileSystemId!];
    await until(
      async () => (await this.fsx.describeFileSystems({ FileSystemIds })).FileSystems![0],
      (f) => f.Lifecycle === "AVAILABLE",
    );
    return FileSystemIds[0];
  }

  /** A storage virtual machine, once it is CREATED; gives its id. */
  async createdMachine(FileSystemId: string, Name = "files"): Promise<string> {
    const { StorageVirtualMachine } = await this.fsx.createStorageVirtualMachine({ FileSystemId, Name });
    const StorageVirtualMachineIds = [StorageVirtualMachine!.StorageVirtualMachineId!];
    await until(
      async () =>
        (await this.fsx.describeStorageVirtualMachines({ StorageVirtualMachineIds }))
          .StorageVirtualMachines![0],
      (m) => m.Lifecycle === "CREATED",
    );
    return StorageVirtualMachineIds[0];
  }

  async cluster(id: string): Promise<Cluster> {
    const { Clusters } = await this.hsm.describeClusters({ Filters: { clusterIds: [id] } });
    return Clusters![0];
  }

  async clusterIn(id: string, state: string): Promise<Cluster> {
    return until(
      () => this.cluster(id),
      (c) => c.State === state,
    );
  }

  /** A cluster that waits for its first HSM. */
  async newCluster(network: Network, HsmType = "hsm2m.medium"): Promise<Cluster> {
    const { Cluster } = await this.hsm.createCluster({
      HsmType,
      SubnetIds: network.subnetIds,
    });
    return this.clusterIn(Cluster!.ClusterId!, "UNINITIALIZED");
  }

  /** The cluster once no HSM of it is coming, and one is in the state. */
  clusterWith(id: string, hsmState: string): Promise<Cluster> {
    return until(
      () => this.cluster(id),
      ({ Hsms }) =>
        Hsms!.every((h) => h.State !== "CREATE_IN_PROGRESS") && Hsms!.some((h) => h.State === hsmState),
    );
  }

  /** A cluster from a backup, ACTIVE, with an HSM in each of the zones; gives its id. */
  async restoredCluster(network: Network, SourceBackupId: string, zones: string[]): Promise<string> {
    const { Cluster } = await this.hsm.createCluster({
      HsmType: "hsm2m.medium",
      SubnetIds: network.subnetIds,
      SourceBackupId,
    });
    const { ClusterId } = await this.clusterIn(Cluster!.ClusterId!, "ACTIVE");
    for (const zone of zones) await this.addHsm(ClusterId!, zone);
    return ClusterId!;
  }

  /** Makes an HSM and waits until it is ACTIVE. */
  async addHsm(ClusterId: string, AvailabilityZone: string): Promise<string> {
    const { Hsm } = await this.hsm.createHsm({ ClusterId, AvailabilityZone });
    await until(
      () => this.cluster(ClusterId),
      (c) => c.Hsms!.some((h) => h.HsmId === Hsm!.HsmId && h.State === "ACTIVE"),
    );
    return Hsm!.HsmId!;
  }

  async keyStoreIn(id: string, ...states: string[]): Promise<CustomKeyStoresListEntry> {
    return until(
      async () => (await this.kms.describeCustomKeyStores({ CustomKeyStoreId: id })).CustomKeyStores![0],
      (s) => states.includes(s.ConnectionState!),
    );
  }

  /** The settings of a client that acts as the role. */
  async as(roleName: string) {
    const { endpoint, region } = { endpoint: this.url, region: "eu-central-1" };
    const sts = new STS({
      endpoint,
      region,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    const { Credentials } = await sts.assumeRole({
      RoleArn: `arn:aws:iam::123456789012:role/${roleName}`,
      RoleSessionName: "session",
    });
    const credentials = {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    };
    return { endpoint, region, maxAttempts: 1, credentials };
  }

  /** A role for functions that may do these actions to anything; gives its ARN. */
  async role(RoleName: string, Action: string[]): Promise<string> {
    const { Role } = await this.iam.createRole({
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } },
        ],
      }),
    });
    await this.allow(RoleName, [{ Effect: "Allow", Action, Resource: "*" }]);
    return Role!.Arn!;
  }

  /** Replaces what the role may do. */
  async allow(RoleName: string, Statement: object[]): Promise<void> {
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await this.iam.putRolePolicy({ RoleName, PolicyName: "rights", PolicyDocument });
  }
}

/** How long something may take to come on a busy machine, in milliseconds. */
const MOST_WAITING = 10 * 60_000;

type Ask<T> = () => Promise<T>;
type Holds<T> = (answer: T) => boolean;

/** Polls until the answer is as wanted. */
export function until<T>(ask: Ask<T>, holds: Holds<T>): Promise<T> {
  const end = Date.now() + MOST_WAITING;
  return poll(ask, holds, () => Date.now() > end, 400);
}

/** The same where each asking moves the clock on: so often again at most, which bounds the time in the cloud. */
export function untilInTime<T>(ask: Ask<T>, holds: Holds<T>, times = 300): Promise<T> {
  let left = times;
  return poll(ask, holds, () => left-- === 0, 20);
}

/** Ever slower: each asking takes time from the work that is waited for. */
async function poll<T>(ask: Ask<T>, holds: Holds<T>, isOver: () => boolean, slowest: number): Promise<T> {
  for (let pause = 20; ; pause = Math.min(pause * 1.3, slowest)) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (isOver()) throw new Error(`Still not so: ${JSON.stringify(answer)}`);
    await sleep(pause);
  }
}
