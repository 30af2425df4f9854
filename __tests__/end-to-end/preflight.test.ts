// What `safe-storage deploy` looks at before it makes anything: each check fails once, says what is wrong and how to mend it, and nothing is made.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { S3 } from "@aws-sdk/client-s3";
import { STS } from "@aws-sdk/client-sts";
import { TestCloud, zip } from "../../emulator/conformance/cloud";
import { Deployment, networkIn, Outcome } from "./deployment";
import { Examples } from "./example-runs";

const BUCKET = "state-of-storage";

let deployment: Deployment;
let cloud: TestCloud;
let s3: S3;

beforeAll(async () => {
  deployment = await Deployment.start("preflight", {});
  cloud = TestCloud.at(deployment.endpoint);
  s3 = new S3({ ...deployment.client, forcePathStyle: true });
});
afterAll(() => deployment.stop());

const NOTHING_MADE = { status: 2, output: expect.stringContaining("Nothing was made") };

/** What was found, by the check's name: what is wrong and how to mend it. */
function findings({ output }: Outcome): Record<string, string> {
  const found: Record<string, string> = {};
  let name = "";
  for (const line of stripVTControlCharacters(output).split("\n")) {
    const [, mark, title, state] = /^ {2}([✓✗•]) (.*?) {2,}(.*)$/.exec(line) ?? [];
    if (mark) found[(name = title)] = `${mark} ${state}`;
    else if (line.startsWith("      ") && name) found[name] += `; ${line.trim()}`;
    else name = "";
  }
  return found;
}

/** Changes the synthesized stack, as an app of its own would have it. */
function changeStack(change: (stack: any) => void): void {
  const file = join(deployment.folder, "cdktf.json");
  const cdktf = JSON.parse(readFileSync(file, "utf8"));
  const program = join(deployment.folder, "change.js");
  const stack = "process.env.CDKTF_OUTDIR + '/stacks/safe-storage/cdk.tf.json'";
  writeFileSync(
    program,
    `const fs = require("fs"); const file = ${stack};
     const stack = JSON.parse(fs.readFileSync(file)); (${change.toString()})(stack);
     fs.writeFileSync(file, JSON.stringify(stack));`,
  );
  const [main] = cdktf.app.split(" && ");
  writeFileSync(file, JSON.stringify({ ...cdktf, app: `${main} && node '${program}'` }));
}

test("no credentials: the deploy ends before all else, with the ways to sign in", async () => {
  const outcome = await deployment.deploy({
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    HOME: deployment.folder,
  });
  expect(outcome).toMatchObject(NOTHING_MADE);
  expect(findings(outcome)).toEqual({
    credentials: expect.stringMatching(
      /^✗ CredentialsProviderError: .*; aws sts get-caller-identity must answer: set AWS_PROFILE, or sign in by aws sso login$/,
    ),
  });
});

test("Terraform would act in another account, or by another profile", async () => {
  changeStack((stack) => {
    stack.provider.aws[0].assume_role = [{ role_arn: "arn:aws:iam::210987654321:role/deployer" }];
    stack.provider.aws[0].profile = "production";
  });
  const outcome = await deployment.deploy();
  changeStack(() => {});
  expect(outcome).toMatchObject(NOTHING_MADE);
  expect(findings(outcome)).toMatchObject({
    "provider's role": expect.stringMatching(
      /^✗ Terraform takes a role of 210987654321, and your credentials are of 123456789012: .*; take the role before/,
    ),
    "provider's profile":
      "✗ Terraform takes the profile production, and this command does not; AWS_PROFILE=production",
  });
});

test("the profile and the account of one's own are no reason to stop", async () => {
  changeStack((stack) => {
    stack.provider.aws[0].assume_role = [{ role_arn: "arn:aws:iam::123456789012:role/deployer" }];
    stack.provider.aws[0].profile = "default";
    stack.provider.aws[0].region = "eu-central-7"; // stops it
  });
  const found = findings(await deployment.deploy());
  changeStack(() => {});
  expect(Object.keys(found)).toEqual(["credentials", "region eu-central-7"]);
});

test("a region that the account has not enabled", async () => {
  deployment.configure({ network: networkIn("ap-east-1a", "ap-east-1b") });
  const outcome = await deployment.deploy();
  deployment.configure({});
  expect(outcome).toMatchObject(NOTHING_MADE);
  expect(findings(outcome)["region ap-east-1"]).toBe(
    "✗ the account has not enabled it; aws account enable-region --region-name ap-east-1, which takes minutes to hours",
  );
});

test("a region that AWS does not have", async () => {
  changeStack((stack) => {
    stack.provider.aws[0].region = "eu-central-7";
  });
  const outcome = await deployment.deploy();
  changeStack(() => {});
  expect(outcome).toMatchObject(NOTHING_MADE);
  expect(findings(outcome)["region eu-central-7"]).toBe(
    "✗ AWS has no such region; the region is that of the subnets' zones",
  );
});

describe("the state's bucket", () => {
  const stateBackend = { bucket: BUCKET, key: "storage.tfstate", region: "eu-central-1" };
  // Terraform would ask what to do with the state of another backend.
  const forgetBackend = () =>
    rmSync(join(deployment.folder, "cdktf.out/stacks/safe-storage/.terraform"), {
      recursive: true,
      force: true,
    });
  beforeAll(() => {
    forgetBackend();
    deployment.configure({ stateBackend });
  });
  afterAll(() => {
    forgetBackend();
    deployment.configure({});
  });

  test("is not there", async () => {
    const outcome = await deployment.deploy();
    expect(outcome).toMatchObject(NOTHING_MADE);
    expect(findings(outcome)["state's bucket"]).toMatch(
      /^✗ there is no bucket state-of-storage; aws s3api create-bucket --bucket state-of-storage --region eu-central-1/,
    );
  });

  test("is open to the public, keeps no versions, and nothing encrypts or locks the state", async () => {
    await s3.createBucket({
      Bucket: BUCKET,
      CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
    });
    await s3.deleteBucketEncryption({ Bucket: BUCKET });
    changeStack((stack) => {
      Object.assign(stack.terraform.backend.s3, { encrypt: false, use_lockfile: false });
    });
    const outcome = await deployment.deploy();
    expect(outcome).toMatchObject(NOTHING_MADE);
    expect(findings(outcome)).toMatchObject({
      "state's lock": expect.stringMatching(
        /^✗ nothing locks the state.*; set use_lockfile of the S3 backend/,
      ),
      "state's encryption": expect.stringMatching(/^✗ neither .* encrypts it; set encrypt of the S3 backend/),
      "state's public access": expect.stringMatching(/^✗ .*; aws s3api put-public-access-block --bucket/),
      "state's versions": expect.stringMatching(/^• not kept.*; aws s3api put-bucket-versioning --bucket/),
    });
  });

  test("is right once these commands are run", async () => {
    changeStack(() => {});
    await s3.putPublicAccessBlock({
      Bucket: BUCKET,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    });
    await s3.putBucketVersioning({ Bucket: BUCKET, VersioningConfiguration: { Status: "Enabled" } });
    // Stopped by something else, so that nothing is deployed.
    await cloud.post("quotas", { clusters: 1, vpcs: 1 });
    const outcome = await deployment.deploy();
    await cloud.post("quotas", { clusters: 4, vpcs: 5 });
    expect(outcome).toMatchObject(NOTHING_MADE);
    expect(findings(outcome)).toMatchObject({
      "state's lock": "✓ a file beside the state",
      "state's encryption": "✓ encrypt of the S3 backend",
      "state's public access": "✓ blocked",
      "state's versions": "✓ kept",
      "quota of CloudHSM clusters": "✓ 0 in eu-central-1 and 1 more, of 1",
      "quota of VPCs": expect.stringMatching(
        /^✗ this deploy makes 1 VPCs in eu-central-1, where there are 1/,
      ),
    });
  });
});

test("quotas, zones, roles, layer and roots are looked at together, and each says how to mend it", async () => {
  // A cluster and a file system of somebody else's fill what the account may have.
  const network = await cloud.network();
  await cloud.newCluster(network);
  await cloud.fsx.createFileSystem({
    FileSystemType: "ONTAP",
    StorageCapacity: 1024,
    SubnetIds: network.subnetIds.slice(0, 1),
    OntapConfiguration: { DeploymentType: "SINGLE_AZ_1", ThroughputCapacity: 128 },
  });
  await cloud.post("quotas", {
    clusters: 1,
    hsms: 1,
    "interface endpoints per vpc": 3,
    "network interfaces": 5,
    "ontap file systems": 1,
    "ontap ssd storage": 2000,
    "ontap throughput": 200,
  });
  const layerZip = join(deployment.folder, "changed-layer.zip");
  const manifest = {
    architecture: "x86_64",
    standIn: true,
    packages: {},
    files: { "bin/jq": "0".repeat(64) },
  };
  writeFileSync(
    layerZip,
    await zip({ "bin/jq": "something else", "safe-storage-layer.json": JSON.stringify(manifest) }),
  );
  deployment.configure({ operator: { layerZip }, cluster: { identityCheck: undefined } });
  const outcome = await deployment.deploy(await credentialsWithoutServiceLinkedRoles());
  deployment.configure({});
  expect(outcome).toMatchObject(NOTHING_MADE);
  const ask = "; ask for more: aws service-quotas request-service-quota-increase --region eu-central-1";
  expect(findings(outcome)).toMatchObject({
    "quota of CloudHSM clusters": `✗ this deploy makes 1 CloudHSM clusters in eu-central-1, where there are 1 and the account may have 1${ask} --service-code cloudhsm --quota-code L-4B16B391 --desired-value 2`,
    "quota of HSMs": `✗ this deploy makes 2 HSMs in eu-central-1, where there are 0 and the account may have 1${ask} --service-code cloudhsm --quota-code L-95BA35D1 --desired-value 2`,
    "quota of interface endpoints of a VPC": expect.stringContaining("--quota-code L-29B6F2EB"),
    "quota of network interfaces": expect.stringContaining("--quota-code L-DF5E4CA3"),
    "quota of GiB of ONTAP SSD storage": expect.stringContaining("--quota-code L-E2C89679"),
    "quota of MBps of ONTAP throughput": expect.stringContaining("--quota-code L-C5F860DD"),
    "quota of ONTAP file systems": `✗ this deploy makes 1 ONTAP file systems in eu-central-1, where there are 1 and the account may have 1${ask} --service-code fsx --quota-code L-C28C1403 --desired-value 2`,
    "storage/operator/layer":
      "✗ the digest is another than when it was built: bin/jq; safe-storage build-layer --architecture x86_64",
    "roots of storage/cluster/identity/hsm": expect.stringMatching(
      /^✗ identityCheck has no root certificates; get and pin them/,
    ),
    "service-linked role of KMS": expect.stringMatching(
      /^✗ AWSServiceRoleForKeyManagementServiceCustomKeyStores is not there, and arn:aws:iam::\d{12}:role\/deployer may not let KMS make it .*; who may: aws iam create-service-linked-role --aws-service-name cks.kms.amazonaws.com$/,
    ),
    "service-linked role of FSx": "✓ AWSServiceRoleForAmazonFSx is there",
    "service-linked role of CloudHSM": "✓ AWSServiceRoleForCloudHSM is there",
  });
  expect(await cloud.kms.describeCustomKeyStores({})).toMatchObject({ CustomKeyStores: [] });
});

test("zones without CloudHSM", async () => {
  deployment.configure({ network: networkIn("us-east-1a", "us-east-1e") });
  const outcome = await deployment.deploy();
  deployment.configure({});
  expect(outcome).toMatchObject(NOTHING_MADE);
  expect(findings(outcome)["CloudHSM in us-east-1a, us-east-1e"]).toBe(
    "✗ not in us-east-1e; take subnets in zones of us-east-1 that have it: us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1f",
  );
});

test("subnets that are there already: too few free addresses, and an HSM's that is taken", async () => {
  const { vpcId } = await cloud.network();
  const subnets = [];
  for (const [availabilityZone, CidrBlock] of [
    ["eu-central-1a", "10.9.0.192/28"],
    ["eu-central-1b", "10.9.0.208/28"],
  ]) {
    const { Subnet } = await cloud.ec2.createSubnet({
      VpcId: vpcId,
      CidrBlock,
      AvailabilityZone: availabilityZone,
    });
    subnets.push({ subnetId: Subnet!.SubnetId!, availabilityZone, cidrBlock: CidrBlock });
  }
  const [{ subnetId: SubnetId }] = subnets;
  const { GroupId } = await cloud.ec2.createSecurityGroup({
    GroupName: "bastion",
    Description: "x",
    VpcId: vpcId,
  });
  const examples = new Examples(deployment);
  examples.configure("byo-network", {
    network: { vpcId, subnets, endpointSecurityGroupId: GroupId },
    bastionSecurityGroupId: GroupId,
  });
  const stackOf = async () => {
    const { status, output } = await deployment.synth(examples.folderOf("byo-network"));
    if (status !== 0) throw new Error(output);
    const file = join(examples.folderOf("byo-network"), "cdktf.out/stacks/byo-network/cdk.tf.json");
    return JSON.parse(readFileSync(file, "utf8"));
  };
  const hsms = Object.values<any>((await stackOf()).resource.aws_cloudhsm_v2_hsm);
  const address = hsms.find((hsm) => hsm.subnet_id.includes(SubnetId))!.ip_address;
  await cloud.ec2.createNetworkInterface({ SubnetId, PrivateIpAddress: address, Description: "a bastion" });
  for (let i = 0; i < 10; i++) await cloud.ec2.createNetworkInterface({ SubnetId });
  const outcome = await deployment.commandIn(examples.folderOf("byo-network"), "deploy", "--auto-approve");
  expect(outcome).toMatchObject(NOTHING_MADE);
  expect(findings(outcome)).toMatchObject({
    [`addresses in ${SubnetId}`]: expect.stringMatching(
      /^✗ \d+ are needed, 0 are free in 10.9.0.192\/28; take a larger subnet/,
    ),
    [`address ${address}`]: expect.stringMatching(
      /^✗ an HSM shall have it, and eni-\w+ has it in subnet-\w+: a bastion; remove what has it/,
    ),
  });
});

test("on AWS, the local cloud's layer and roots are refused", async () => {
  const { AWS_ENDPOINT_URL: url } = deployment.awsVariables;
  const services = [
    "STS",
    "EC2",
    "IAM",
    "FSX",
    "KMS",
    "SERVICE_QUOTAS",
    "CLOUDHSM_V2",
    "S3",
    "LAMBDA",
    "CLOUDWATCH_LOGS",
    "SECRETS_MANAGER",
    "CLOUDWATCH",
    "SQS",
  ];
  const outcome = await deployment.deploy({
    ...Object.fromEntries(services.map((service) => [`AWS_ENDPOINT_URL_${service}`, url])),
    AWS_ENDPOINT_URL: undefined,
  });
  expect(outcome).toMatchObject(NOTHING_MADE);
  expect(findings(outcome)).toMatchObject({
    "storage/operator/layer":
      "✗ it has the local cloud's stand-in for cloudhsm-cli, and this is AWS; safe-storage build-layer --architecture x86_64",
    "roots of storage/cluster/identity/hsm": expect.stringMatching(
      /^✗ they are the local cloud's, and this is AWS; get and pin them/,
    ),
  });
});

/** Of a role that may everything else. */
async function credentialsWithoutServiceLinkedRoles(): Promise<Record<string, string>> {
  const RoleName = "deployer";
  const { Role } = await cloud.iam.createRole({
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
  });
  const Statement = [
    { Effect: "Allow", Action: "*", Resource: "*" },
    { Effect: "Deny", Action: "iam:CreateServiceLinkedRole", Resource: "*" },
  ];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await cloud.iam.putRolePolicy({ RoleName, PolicyName: "all", PolicyDocument });
  const { Credentials } = await new STS(deployment.client).assumeRole({
    RoleArn: Role!.Arn,
    RoleSessionName: "deploy",
  });
  return {
    AWS_ACCESS_KEY_ID: Credentials!.AccessKeyId!,
    AWS_SECRET_ACCESS_KEY: Credentials!.SecretAccessKey!,
    AWS_SESSION_TOKEN: Credentials!.SessionToken!,
  };
}
