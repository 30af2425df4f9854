// The real operator function in a test's cloud, and a client of the HSMs beside it.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Cluster } from "@aws-sdk/client-cloudhsm-v2";
import { paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { eventOf } from "../../scripts/lib/api-reference/operator-actions";
import { Network, TestCloud, ZONES } from "./cloud";
import { sign } from "./sign";
import { active, HsmClient, hsmClient } from "../hsm-client";

export { active, HsmClient, hsmClient };

const ROOT = join(__dirname, "../..");

/** The real operator function, with what it needs to reach AWS and the HSMs. */
export class Operator {
  private readonly secretArns: Record<string, string> = {};

  private constructor(
    private readonly cloud: TestCloud,
    private readonly groupId: string,
    readonly functionName: string,
    readonly lockSecretArn: string,
  ) {}

  /** The same function in a cloud that was started again. */
  movedTo(cloud: TestCloud): Operator {
    return new Operator(cloud, this.groupId, this.functionName, this.lockSecretArn);
  }

  static async create(cloud: TestCloud, network: Network): Promise<Operator> {
    const functionName = `operator-${Math.random().toString(36).slice(2)}`;
    const { GroupId } = await cloud.ec2.createSecurityGroup({
      GroupName: functionName,
      Description: functionName,
      VpcId: network.vpcId,
    });
    await cloud.ec2.authorizeSecurityGroupIngress({
      GroupId,
      IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId }] }],
    });
    for (const service of ["cloudhsmv2", "kms", "secretsmanager", "fsx"])
      await cloud.ec2.createVpcEndpoint({
        VpcId: network.vpcId,
        ServiceName: `com.amazonaws.eu-central-1.${service}`,
        VpcEndpointType: "Interface",
        SubnetIds: network.subnetIds,
        SecurityGroupIds: [GroupId!],
        PrivateDnsEnabled: true,
      });
    const roleArn = await cloud.role(functionName, [
      "cloudhsm:*",
      "kms:*",
      "secretsmanager:*",
      "ec2:*",
      "logs:*",
      "fsx:*",
    ]);
    await cloud.logs.createLogGroup({ logGroupName: `/aws/lambda/${functionName}` });
    const lock = await cloud.secrets.createSecret({ Name: `${functionName}/lock` });
    const layer = await cloud.lambda.publishLayerVersion({
      LayerName: functionName,
      Content: { ZipFile: readFileSync(join(ROOT, ".local/stand-in-layer.zip")) },
    });
    await cloud.lambda.createFunction({
      FunctionName: functionName,
      Role: roleArn,
      Runtime: "provided.al2023",
      Handler: "operator.handle",
      Timeout: 900, // as ClusterOperator has it
      Code: { ZipFile: readFileSync(join(ROOT, "dist/operator.zip")) },
      Layers: [layer.LayerVersionArn!],
      VpcConfig: { SubnetIds: network.subnetIds, SecurityGroupIds: [GroupId!] },
      Environment: { Variables: { LOCK_SECRET_ARN: lock.ARN! } },
    });
    await active(cloud.lambda, functionName);
    return new Operator(cloud, GroupId!, functionName, lock.ARN!);
  }

  /** Lets the function's group into the cluster's on the HSMs' ports. */
  async openWayTo(cluster: Cluster): Promise<void> {
    await this.cloud.ec2.authorizeSecurityGroupIngress({
      GroupId: cluster.SecurityGroup,
      IpPermissions: [
        { IpProtocol: "tcp", FromPort: 2223, ToPort: 2225, UserIdGroupPairs: [{ GroupId: this.groupId }] },
      ],
    });
  }

  async invoke(event: object): Promise<{ failed: boolean; answer: any }> {
    const { FunctionError, Payload } = await this.cloud.lambda.invoke({
      FunctionName: this.functionName,
      Payload: Buffer.from(JSON.stringify(event)),
    });
    return { failed: FunctionError !== undefined, answer: JSON.parse(Buffer.from(Payload!).toString()) };
  }

  /** What its runs have printed, line by line. */
  async log(): Promise<string[]> {
    const lines: string[] = [];
    const group = { logGroupName: `/aws/lambda/${this.functionName}` };
    for await (const { events } of paginateFilterLogEvents({ client: this.cloud.logs }, group))
      lines.push(...events!.map((e) => e.message!));
    return lines;
  }

  /** As if so much time had passed that the lease of a killed run has ended. */
  async letLeaseEnd(): Promise<void> {
    const { VersionId } = await this.cloud.secrets.getSecretValue({ SecretId: this.lockSecretArn });
    const Description = `${VersionId} ${Date.now() - 1}`;
    await this.cloud.secrets.updateSecret({ SecretId: this.lockSecretArn, Description });
  }

  /** A client of the HSMs in the same place, as a person on an instance would be. */
  client(): Promise<HsmClient> {
    return hsmClient(this.cloud.lambda, this.functionName);
  }

  /** The password in the admin's secret. */
  async adminPassword(clusterId: string): Promise<string> {
    const SecretId = await this.secret(`${clusterId}/admin`);
    return (await this.cloud.secrets.getSecretValue({ SecretId })).SecretString!;
  }

  /** Takes a cluster with its first HSM to ACTIVE, with kmsuser. */
  async activate(ClusterId: string): Promise<{ trustAnchor: string; kmsuserPassword: string }> {
    const cluster = await this.cloud.cluster(ClusterId);
    await this.openWayTo(cluster);
    const signed = await sign(cluster.Certificates!.ClusterCsr!);
    await this.cloud.hsm.initializeCluster({ ClusterId, ...signed });
    await this.cloud.clusterIn(ClusterId, "INITIALIZED");
    await this.run("activate", ClusterId, signed.TrustAnchor);
    return {
      trustAnchor: signed.TrustAnchor,
      kmsuserPassword: await this.makeKmsuser(ClusterId, signed.TrustAnchor),
    };
  }

  /** Makes kmsuser, or gives it the password in its secret where no key store has taken it over; gives the password. */
  async makeKmsuser(ClusterId: string, trustAnchor: string): Promise<string> {
    await this.run("create-kmsuser", ClusterId, trustAnchor, { adopt: true });
    const secret = await this.cloud.secrets.getSecretValue({
      SecretId: await this.secret(`${ClusterId}/kmsuser`),
    });
    return secret.SecretString!;
  }

  private async run(
    action: string,
    clusterId: string,
    trustAnchor: string,
    more: object = {},
  ): Promise<void> {
    const { failed, answer } = await this.invoke({
      ...(await this.userEvent(action, clusterId, trustAnchor)),
      ...more,
    });
    if (failed) throw new Error(`${action}: ${JSON.stringify(answer)}`);
  }

  /** The event of an action that works with the HSMs' users. */
  async userEvent(action: string, clusterId: string, trustAnchor: string): Promise<object> {
    return eventOf(action, {
      clusterId,
      trustAnchor,
      adminSecretArn: await this.secret(`${clusterId}/admin`),
      kmsuserSecretArn: await this.secret(`${clusterId}/kmsuser`),
      passwordLength: "32",
      last: true,
    });
  }

  private async secret(name: string): Promise<string> {
    this.secretArns[name] ??= (await this.cloud.secrets.createSecret({ Name: name })).ARN!;
    return this.secretArns[name];
  }
}

/** The operator beside a new cluster whose first HSM it reaches, and what a CA has signed for it. */
export async function beforeInitialization(cloud: TestCloud): Promise<{
  operator: Operator;
  clusterId: string;
  certificates: { SignedCert: string; TrustAnchor: string };
}> {
  const network = await cloud.network();
  const operator = await Operator.create(cloud, network);
  const clusterId = (await cloud.newCluster(network)).ClusterId!;
  await cloud.addHsm(clusterId, ZONES[0]);
  const cluster = await cloud.cluster(clusterId);
  await operator.openWayTo(cluster);
  return { operator, clusterId, certificates: await sign(cluster.Certificates!.ClusterCsr!) };
}

interface Interrupted<Outcome> {
  /** Brings everything back to where a run begins. */
  prepare: () => Promise<unknown>;
  run: () => Promise<Outcome>;
  /** Looks at what a kill has left. */
  meanwhile?: () => Promise<unknown>;
  /** After each kill and the run that follows it: `call` is the change that did not happen. */
  check: (last: Outcome, call: number) => Promise<unknown>;
}

/**
 * Kills the operator before each of its calls that change something, runs it again, and checks; gives their number. A kill before a call that
 * only asks leaves nothing else than one before the next change; and one after the last change is the run that is run again though it ended.
 */
export async function killedAtEachChange<Outcome extends { answer: any }>(
  cloud: TestCloud,
  operator: Operator,
  { prepare, run, meanwhile, check }: Interrupted<Outcome>,
): Promise<number> {
  for (let call = 1; ; call++) {
    await prepare();
    const fault = { function: operator.functionName, fault: "kill", call, changing: true };
    await cloud.post("faults", fault);
    const first = await run();
    await cloud.endFaults();
    const killed = /signal: killed/.test(first.answer?.errorMessage ?? "");
    if (killed) {
      await operator.letLeaseEnd().catch(ifNeverTaken);
      await meanwhile?.();
    } else if (first.answer.errorType) throw new Error(`Not killed: ${JSON.stringify(first.answer)}`);
    await check(await run(), call);
    if (!killed) return call - 1;
  }
}

/** It was killed before it had the lock. */
const ifNeverTaken = (error: Error) => {
  if (error.name !== "ResourceNotFoundException") throw error;
};
