// A local cloud for a test file, SDK clients for it, and the chain built by hand as far as a test needs it.

import { execFileSync } from "node:child_process";
import { webcrypto } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CloudHSMV2, Cluster } from "@aws-sdk/client-cloudhsm-v2";
import { EC2 } from "@aws-sdk/client-ec2";
import { FSx } from "@aws-sdk/client-fsx";
import { IAM } from "@aws-sdk/client-iam";
import { CustomKeyStoresListEntry, KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import * as x509 from "@peculiar/x509";
import { ZipFile } from "yazl";
import { LocalCloud, startLocalCloud } from "../../emulator/start";

const ROOT = join(__dirname, "../..");
export const ZONES = ["eu-central-1a", "eu-central-1b", "eu-central-1c"];

export interface Network {
  vpcId: string;
  /** One a zone, in the order of ZONES. */
  subnetIds: string[];
}

export interface Signed {
  SignedCert: string;
  TrustAnchor: string;
}

export class TestCloud {
  readonly hsm: CloudHSMV2;
  readonly kms: KMS;
  readonly fsx: FSx;
  readonly ec2: EC2;
  readonly lambda: Lambda;
  readonly iam: IAM;
  readonly secrets: SecretsManager;

  private constructor(
    private readonly local: LocalCloud,
    private readonly folder: string,
  ) {
    const settings = {
      endpoint: local.url,
      region: "eu-central-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    };
    this.hsm = new CloudHSMV2(settings);
    this.kms = new KMS(settings);
    this.fsx = new FSx(settings);
    this.ec2 = new EC2(settings);
    this.lambda = new Lambda(settings);
    this.iam = new IAM(settings);
    this.secrets = new SecretsManager(settings);
  }

  /** @param speed so fast that AWS's longest wait, a file system's 25 minutes, takes a sixth of a second. */
  static async start(speed = 10_000, state?: string): Promise<TestCloud> {
    const folder = mkdtempSync(join(tmpdir(), "local-cloud-"));
    const python = join(ROOT, ".venv/bin/python");
    const local = await startLocalCloud({
      host: "127.0.0.1",
      port: 0,
      speed,
      state,
      folder,
      python,
      motoLog: join(folder, "moto.log"),
    });
    return new TestCloud(local, folder);
  }

  get url(): string {
    return this.local.url;
  }

  async stop(): Promise<void> {
    await this.local.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async advanceClock(seconds: number): Promise<void> {
    await fetch(`${this.url}/_local/clock`, {
      method: "POST",
      body: JSON.stringify({ advanceSeconds: seconds }),
    });
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
  async newCluster(network: Network): Promise<Cluster> {
    const { Cluster } = await this.hsm.createCluster({
      HsmType: "hsm2m.medium",
      SubnetIds: network.subnetIds,
    });
    return this.clusterIn(Cluster!.ClusterId!, "UNINITIALIZED");
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

  async operator(network: Network): Promise<Operator> {
    return Operator.create(this, network);
  }
}

/** The real operator function, with what it needs to reach AWS and the HSMs. */
export class Operator {
  private readonly secretArns: Record<string, string> = {};

  private constructor(
    private readonly cloud: TestCloud,
    private readonly groupId: string,
    readonly functionName: string,
  ) {}

  /** The same function in a cloud that was started again. */
  movedTo(cloud: TestCloud): Operator {
    return new Operator(cloud, this.groupId, this.functionName);
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
    for (const service of ["cloudhsmv2", "kms", "secretsmanager"])
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
    ]);
    const layer = await cloud.lambda.publishLayerVersion({
      LayerName: functionName,
      Content: { ZipFile: readFileSync(join(ROOT, ".local/stand-in-layer.zip")) },
    });
    await cloud.lambda.createFunction({
      FunctionName: functionName,
      Role: roleArn,
      Runtime: "provided.al2023",
      Handler: "bootstrap",
      Timeout: 60,
      Code: { ZipFile: readFileSync(join(ROOT, "dist/operator.zip")) },
      Layers: [layer.LayerVersionArn!],
      VpcConfig: { SubnetIds: network.subnetIds, SecurityGroupIds: [GroupId!] },
    });
    return new Operator(cloud, GroupId!, functionName);
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

  /** A function in the same place that runs `cloudhsm-cli` with given arguments, as a person on an instance would. */
  async client(): Promise<HsmClient> {
    const { Configuration } = await this.cloud.lambda.getFunction({ FunctionName: this.functionName });
    const FunctionName = `${this.functionName}-client`;
    await this.cloud.lambda.createFunction({
      FunctionName,
      Role: Configuration!.Role,
      Runtime: "provided.al2023",
      Handler: "bootstrap",
      Timeout: 60,
      Code: { ZipFile: await zip({ bootstrap: CLIENT }) },
      Layers: Configuration!.Layers!.map((l) => l.Arn!),
      VpcConfig: {
        SubnetIds: Configuration!.VpcConfig!.SubnetIds,
        SecurityGroupIds: Configuration!.VpcConfig!.SecurityGroupIds,
      },
    });
    return (clusterId, trustAnchor, args, login) =>
      this.cloud.lambda
        .invoke({
          FunctionName,
          Payload: Buffer.from(JSON.stringify({ clusterId, trustAnchor, args, login: login ?? {} })),
        })
        .then((answer) => JSON.parse(Buffer.from(answer.Payload!).toString()));
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
    await this.run("create-kmsuser", ClusterId, trustAnchor);
    const secret = await this.cloud.secrets.getSecretValue({
      SecretId: await this.secret(`${ClusterId}/kmsuser`),
    });
    return secret.SecretString!;
  }

  private async run(action: string, clusterId: string, trustAnchor: string): Promise<void> {
    const { failed, answer } = await this.invoke({
      action,
      clusterId,
      trustAnchor,
      adminSecretArn: await this.secret(`${clusterId}/admin`),
      kmsuserSecretArn: await this.secret(`${clusterId}/kmsuser`),
      passwordLength: "32",
      last: true,
    });
    if (failed) throw new Error(`${action}: ${JSON.stringify(answer)}`);
  }

  private async secret(name: string): Promise<string> {
    this.secretArns[name] ??= (await this.cloud.secrets.createSecret({ Name: name })).ARN!;
    return this.secretArns[name];
  }
}

export type HsmClient = (
  clusterId: string,
  trustAnchor: string,
  args: string[],
  login?: { role: string; pin: string },
) => Promise<{ error_code: number; data: any }>;

const CLIENT = `#!/usr/bin/env bash
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true; do
  event=$(curl -sS -D "$TMPDIR/headers" "$api/next")
  id=$(sed -n 's/^lambda-runtime-aws-request-id: //Ip' "$TMPDIR/headers" | tr -d '\\r')
  jq -r .trustAnchor <<<"$event" >"$TMPDIR/ca.crt"
  configure-cli --cluster-id "$(jq -r .clusterId <<<"$event")" --hsm-ca-cert "$TMPDIR/ca.crt" >/dev/null
  mapfile -t args < <(jq -r '.args[]' <<<"$event")
  role=$(jq -r '.login.role // ""' <<<"$event") pin=$(jq -r '.login.pin // ""' <<<"$event")
  if [[ \${args[0]} == stay ]]; then
    # What a client leaves that was killed before it could log out: an open session on each HSM.
    for host in $(jq -r '.clusters[].cluster.servers[].hostname' "$TMPDIR/cloudhsm/etc/cloudhsm-cli.cfg"); do
      jq -n --rawfile anchor "$TMPDIR/ca.crt" --arg role "$role" --arg pin "$pin" \\
        '{trustAnchor: $anchor, login: {role: $role, username: ($pin | split(":")[0]), password: ($pin | split(":")[1])}}' |
        curl -sS -X POST -H "X-Local-Access-Key-Id: $AWS_ACCESS_KEY_ID" --data-binary @- \\
          "$AWS_ENDPOINT_URL/_local/hsm/$AWS_REGION/$host/login" >/dev/null
    done
    args=(user list) pin=""
  fi
  CLOUDHSM_ROLE=$role CLOUDHSM_PIN=$pin cloudhsm-cli "\${args[@]}" >"$TMPDIR/answer" 2>&1
  curl -sS -X POST --data-binary @"$TMPDIR/answer" "$api/$id/response" >/dev/null
done
`;

/** A zip of executable files. */
export async function zip(files: Record<string, string>): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, text] of Object.entries(files))
    archive.addBuffer(Buffer.from(text), name, { mode: 0o100755 });
  archive.end();
  const chunks: Buffer[] = [];
  for await (const chunk of archive.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Polls until the answer is as wanted. */
export async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  for (let i = 0; ; i++) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (i === 300) throw new Error(`Still not so: ${JSON.stringify(answer)}`);
    await sleep(20);
  }
}

const RSA = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};
const newKeys = () => webcrypto.subtle.generateKey(RSA, true, ["sign", "verify"]) as Promise<CryptoKeyPair>;

export interface SigningOptions {
  /** Sign another key than the CSR's. */
  otherKey?: boolean;
  /** Give the certificate of another CA as the trust anchor, of the same name. */
  otherAnchor?: boolean;
  /** Let the CA that signs be signed by another one, so that it is no root. */
  intermediate?: boolean;
  /** Days from now at which the signed certificate ends. */
  days?: number;
}

/** What a customer's CA does with the CSR; with an option, what InitializeCluster must refuse. */
export async function sign(csrPem: string, options: SigningOptions = {}): Promise<Signed> {
  x509.cryptoProvider.set(webcrypto as Crypto);
  const [ca, other] = await Promise.all([newKeys(), newKeys()]);
  const validity = {
    notBefore: new Date(Date.now() - 1000 * 24 * 3600 * 1000),
    notAfter: new Date(Date.now() + (options.days ?? 365) * 24 * 3600 * 1000),
  };
  const name = "CN=Test CA";
  const root = (keys: CryptoKeyPair, issuerKeys = keys, issuer = name) =>
    x509.X509CertificateGenerator.create({
      subject: name,
      issuer,
      publicKey: keys.publicKey,
      signingKey: issuerKeys.privateKey,
      notBefore: validity.notBefore,
      notAfter: new Date(Date.now() + 365 * 24 * 3600 * 1000),
      signingAlgorithm: RSA,
      extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
    });
  const signed = await x509.X509CertificateGenerator.create({
    subject: new x509.Pkcs10CertificateRequest(csrPem).subject,
    issuer: name,
    publicKey: options.otherKey ? other.publicKey : new x509.Pkcs10CertificateRequest(csrPem).publicKey,
    signingKey: ca.privateKey,
    signingAlgorithm: RSA,
    ...validity,
  });
  const anchor = options.intermediate
    ? root(ca, other, "CN=Another CA")
    : root(options.otherAnchor ? other : ca);
  return { SignedCert: signed.toString("pem"), TrustAnchor: (await anchor).toString("pem") };
}

/** The operator's zips, from the files as they are now. */
export function buildOperator(): void {
  execFileSync(join(ROOT, "scripts/build-lambda"), { stdio: "ignore" });
  const layer = join(ROOT, ".local/stand-in-layer.zip");
  execFileSync(join(ROOT, "scripts/build-layer"), ["--stand-in", "--out", layer], { stdio: "ignore" });
}
