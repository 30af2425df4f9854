// Every example, deployed into the local cloud by the real cdktf, its second plan empty.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { activeCluster, Chain, connectedStore } from "../../emulator/conformance/chain";
import { TestCloud, ZONES } from "../../emulator/conformance/cloud";
import { Deployment, ROOT } from "./deployment";
import { Examples } from "./example-runs";

const EXAMPLES = readdirSync(join(ROOT, "examples"));

let deployment: Deployment;
let examples: Examples;
let cloud: TestCloud;
/** What the examples about existing things find: a cluster of somebody else's in a VPC with endpoints. */
let theirs: Chain;
let groupId: string;

beforeAll(async () => {
  deployment = await Deployment.start("examples");
  examples = new Examples(deployment);
  cloud = TestCloud.at(deployment.endpoint);
  // So many clusters at once: AWS raises the quotas on request.
  await cloud.post("quotas", { clusters: 20, hsms: 40, vpcs: 20 });
  theirs = await activeCluster(cloud, 2);
  // As ExistingHsmNetwork wants it.
  for (const [i, SubnetId] of theirs.network.subnetIds.entries())
    await cloud.ec2.createSubnetCidrReservation({
      SubnetId,
      Cidr: `10.9.0.${i * 64 + 8}/29`,
      ReservationType: "explicit",
    });
  const { VpcEndpoints } = await cloud.ec2.describeVpcEndpoints({});
  groupId = VpcEndpoints![0].Groups![0].GroupId!;
  for (const RoleName of ["security", "payments"]) await cloud.role(RoleName, ["sts:GetCallerIdentity"]);
});
afterAll(() => deployment.stop());

async function expectKeyToWork(KeyId: string, region = deployment.region): Promise<void> {
  const kms = new KMS({ ...deployment.client, region });
  const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: Buffer.from("mine") });
  expect(Buffer.from((await kms.decrypt({ CiphertextBlob })).Plaintext!).toString()).toBe("mine");
  const { KeyMetadata } = await kms.describeKey({ KeyId });
  expect(KeyMetadata!.Origin).toBe("AWS_CLOUDHSM");
}

const theirNetwork = () => ({
  network: {
    vpcId: theirs.network.vpcId,
    subnets: [0, 1].map((i) => ({
      availabilityZone: ZONES[i],
      cidrBlock: `10.9.0.${i * 64}/26`,
      subnetId: theirs.network.subnetIds[i],
    })),
    endpointSecurityGroupId: groupId,
  },
});

const RUNS: Record<string, () => Promise<void>> = {
  "mounted-client": async () => {
    await examples.deploy("mounted-client");
    const [, host, path] = /4\.1 (\S+):(\S+) /.exec(examples.output("mounted-client", "mount_command"))!;
    const { Volumes } = await cloud.fsx.describeVolumes({});
    const volume = Volumes!.find((v) => v.OntapConfiguration!.JunctionPath === path)!;
    const StorageVirtualMachineIds = [volume.OntapConfiguration!.StorageVirtualMachineId!];
    const found = await cloud.fsx.describeStorageVirtualMachines({ StorageVirtualMachineIds });
    expect(found.StorageVirtualMachines![0].Endpoints!.Nfs!.DNSName).toBe(host);
    const InstanceId = examples.output("mounted-client", "client_id");
    const attribute = { InstanceId, Attribute: "userData" } as const;
    const { UserData } = await cloud.ec2.describeInstanceAttribute(attribute);
    expect(Buffer.from(UserData!.Value!, "base64").toString()).toContain(`${host}:${path} /mnt/shared nfs4`);
  },
  "all-in-one": async () => {
    // With the mode and the architecture that no other test deploys.
    await examples.deploy("all-in-one", {
      cluster: { mode: "NON_FIPS" },
      operator: { architecture: "arm64" },
    });
    const { Clusters } = await cloud.callHsm("DescribeClusters", {});
    expect(Clusters.map((c: { Mode: string }) => c.Mode)).toContain("NON_FIPS");
    const { Functions } = await new Lambda(deployment.client).listFunctions({});
    expect(Functions!.map((f) => f.Architectures)).toContainEqual(["arm64"]);
    // For FSx alone.
    const KeyId = examples.output("all-in-one", "key_arn");
    await cloud.kms.generateDataKeyWithoutPlaintext({ KeyId, NumberOfBytes: 32 });
    await expect(expectKeyToWork(KeyId)).rejects.toMatchObject({ name: "AccessDeniedException" });
    const { FileSystems } = await cloud.fsx.describeFileSystems({});
    const files = FileSystems!.find((f) => f.Tags!.some((t) => t.Value === "payments-prod"))!;
    expect(files.KmsKeyId).toBe(examples.output("all-in-one", "key_arn"));
    expect(files.Tags).toContainEqual({ Key: "CostCenter", Value: "4711" });
    // FSx's mark is on the network's route table, and the second plan has left it there: hashicorp/terraform-provider-aws#21246.
    const { RouteTables } = await cloud.ec2.describeRouteTables({
      RouteTableIds: files.OntapConfiguration!.RouteTableIds,
    });
    expect(RouteTables![0].Tags).toEqual(
      expect.arrayContaining([
        { Key: "Name", Value: "payments-prod" },
        { Key: "AmazonFSx", Value: "ManagedByAmazonFSx" },
      ]),
    );
    // The scripts that look at a deployment look at any app of one stack.
    const { status, output } = await deployment.commandIn(examples.folderOf("all-in-one"), "status");
    expect({ status, output }).toMatchObject({ status: 0 });
    expect(output).toContain(files.FileSystemId);
  },

  "byo-network": async () => {
    // A plan tells what only AWS knows of the settings.
    const { network } = theirNetwork();
    const subnets = network.subnets.map((s) => ({ ...s, cidrBlock: s.cidrBlock.replace("/26", "/27") }));
    examples.configure("byo-network", { network: { ...network, subnets }, bastionSecurityGroupId: groupId });
    await deployment.synth(examples.folderOf("byo-network"));
    const stack = join(examples.folderOf("byo-network"), "cdktf.out/stacks/byo-network");
    const { status, output: refused } = await deployment.terraformIn(
      stack,
      "plan",
      "-input=false",
      "-no-color",
    );
    expect({ status, refused: refused.replaceAll(/[\s│]+/g, " ") }).toMatchObject({
      status: 1,
      refused: expect.stringContaining("has the range 10.9.0.0/26, not 10.9.0.0/27. Mend subnets."),
    });
    await examples.deploy("byo-network", { ...theirNetwork(), bastionSecurityGroupId: groupId });
    await expectKeyToWork(examples.output("byo-network", "key_arn"));
    const { Vpcs } = await cloud.ec2.describeVpcs({ Filters: [{ Name: "tag:Name", Values: ["cards"] }] });
    expect(Vpcs).toEqual([]);
  },

  "key-store-only": async () => {
    await examples.deploy("key-store-only");
    for (const alias of ["cards", "reports"])
      await expectKeyToWork(examples.output("key-store-only", `vault_${alias}_key_arn`));
    const { PolicyNames } = await new IAM(deployment.client).listRolePolicies({ RoleName: "payments" });
    expect(PolicyNames!.filter((name) => name.startsWith("use-"))).toHaveLength(2);
  },

  pipeline: async () => {
    await examples.deploy("pipeline");
    const iam = new IAM(deployment.client);
    for (const [what, subjects] of [
      ["plan", ["repo:example-com/storage:pull_request", "repo:example-com/storage:ref:refs/heads/main"]],
      ["deploy", ["repo:example-com/storage:environment:production"]],
    ] as const) {
      const RoleName = `safe-storage-pipeline-${what}`;
      const { Role } = await iam.getRole({ RoleName });
      const [trust] = JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).Statement;
      expect(trust).toMatchObject({ Action: "sts:AssumeRoleWithWebIdentity" });
      expect(trust.Condition.StringEquals["token.actions.githubusercontent.com:sub"]).toEqual(subjects);
      const { PolicyDocument } = await iam.getRolePolicy({ RoleName, PolicyName: "pipeline" });
      const policy = decodeURIComponent(PolicyDocument!);
      // "You can add as many inline policies as you want …, but the total … can't exceed 10,240 characters": «IAM and AWS STS quotas», IAM User Guide.
      expect(policy.replaceAll(/\s/g, "").length).toBeLessThan(10_240);
      expect(policy).not.toContain("${");
    }
  },

  "split-stacks": async () => {
    await examples.deployByCdktf("split-stacks");
    // All stacks of an app, or the one that is named.
    const folder = examples.folderOf("split-stacks");
    const both = await deployment.commandIn(folder, "status");
    expect(both).toMatchObject({
      status: 0,
      output: expect.stringMatching(/keys: Cluster[^]*storage: File systems/),
    });
    const one = await deployment.commandIn(folder, "status", "--stack", "storage");
    expect(one.output).not.toContain("Cluster");
    expect(await deployment.commandIn(folder, "users", "audit")).toMatchObject({
      status: 2,
      output: expect.stringContaining("several stacks: name one by --stack"),
    });
    const { FileSystems } = await cloud.fsx.describeFileSystems({});
    const files = FileSystems!.find((f) => f.Tags!.some((t) => t.Value === "archive"))!;
    await expectKeyToWork(files.KmsKeyId!);
  },

  "existing-cluster": async () => {
    const { clusterId, trustAnchor, operator } = theirs;
    const secret = async (Name: string, SecretString: string) =>
      (await cloud.secrets.createSecret({ Name, SecretString })).ARN!;
    const settings = {
      ...theirNetwork(),
      clusterId,
      adminSecretArn: await secret("hsm-admin", await operator.adminPassword(clusterId)),
      trustAnchorSecretArn: await secret("hsm-trust-anchor", trustAnchor),
      adoptKmsuser: true,
      backupRetentionDays: 30,
    };
    await examples.deploy("existing-cluster", settings);
    const store = async () =>
      (await cloud.kms.describeCustomKeyStores({})).CustomKeyStores!.find(
        (s) => s.CloudHsmClusterId === clusterId,
      );
    expect(await store()).toMatchObject({
      CustomKeyStoreName: "payments-test",
      ConnectionState: "CONNECTED",
    });
    expect((await cloud.cluster(clusterId)).BackupRetentionPolicy).toMatchObject({ Value: "30" });
    const CustomKeyStoreId = examples.output("existing-cluster", "custom_key_store_id");
    const { KeyMetadata } = await cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId });

    await examples.deploy("existing-cluster", { ...settings, keyStoreName: "payments" });
    expect(await store()).toMatchObject({ CustomKeyStoreId, CustomKeyStoreName: "payments" });

    await examples.destroy("existing-cluster");
    expect(await store()).toMatchObject({ CustomKeyStoreId, ConnectionState: "DISCONNECTED" });
    expect((await cloud.cluster(clusterId)).Hsms).toHaveLength(2);

    await examples.deploy("existing-cluster", { ...settings, adoptKmsuser: false, keyStoreName: "payments" });
    expect(await store()).toMatchObject({ CustomKeyStoreId, ConnectionState: "CONNECTED" });
    await expectKeyToWork(KeyMetadata!.Arn!);

    // A store with keys is never deleted, whatever the policy says.
    await examples.deploy("existing-cluster", {
      ...settings,
      keyStoreName: "payments",
      deletionPolicy: "delete",
    });
    await expect(examples.destroy("existing-cluster")).rejects.toThrow(/KeyStoreHasLivingKeys/);
    await expectKeyToWork(KeyMetadata!.Arn!);
  },

  kubernetes: async () => {
    await examples.deploy("kubernetes");
    const backend = examples.output("kubernetes", "trident_backend");
    const [fileSystemId] = /fs-[0-9a-f]{17}/.exec(backend)!;
    const [secretArn] = /arn:aws:secretsmanager:[^"]+/.exec(backend)!;
    expect(backend).toContain('"svm": "kubernetes"');
    expect(examples.output("kubernetes", "storage_class")).toContain(
      '"provisioner": "csi.trident.netapp.io"',
    );
    // ONTAP lets in whom Trident finds in the secret.
    const Filters = [{ Name: "file-system-id" as const, Values: [fileSystemId] }];
    const { StorageVirtualMachines } = await cloud.fsx.describeStorageVirtualMachines({ Filters });
    const { StorageVirtualMachineId: id } = StorageVirtualMachines!.find((m) => m.Name === "kubernetes")!;
    const { SecretString } = await cloud.secrets.getSecretValue({ SecretId: secretArn });
    const { username, password } = JSON.parse(SecretString!);
    const login = await cloud.post("ontap-login", { id, username, password });
    expect(await login.json()).toEqual({ loggedIn: true });
    expect(backend).not.toContain(password);
    // Trident's role makes volumes there, and in no other file system.
    const role = examples.output("kubernetes", "trident_role_arn").split("/").pop()!;
    const { PolicyDocument } = await new IAM(deployment.client).getRolePolicy({
      RoleName: role,
      PolicyName: "volumes",
    });
    expect(decodeURIComponent(PolicyDocument!)).toContain(`:volume/${fileSystemId}/*`);
  },

  "ecs-service": async () => {
    const id = await cloud.availableFileSystem(theirs.network.subnetIds[0]);
    deployment.aws("ecs", "create-cluster", "--cluster-name", "apps");
    const [instances, files] = await Promise.all(
      ["instances", "files"].map((GroupName) =>
        cloud.ec2.createSecurityGroup({ GroupName, Description: GroupName, VpcId: theirs.network.vpcId }),
      ),
    );
    await examples.deploy("ecs-service", {
      fileSystem: {
        fileSystemId: id,
        dnsName: `${id}.fsx.eu-central-1.amazonaws.com`,
        securityGroupId: files.GroupId,
      },
      instancesSecurityGroupId: instances.GroupId,
    });
    const { Volumes } = await cloud.fsx.describeVolumes({
      VolumeIds: [examples.output("ecs-service", "volume_id")],
    });
    expect(Volumes![0]).toMatchObject({ FileSystemId: id, OntapConfiguration: { JunctionPath: "/site" } });
    const { taskDefinition } = deployment.aws("ecs", "describe-task-definition", "--task-definition", "web");
    const { driverOpts } = taskDefinition.volumes[0].dockerVolumeConfiguration;
    expect(driverOpts).toMatchObject({ type: "nfs", device: ":/site" });
    const StorageVirtualMachineIds = [Volumes![0].OntapConfiguration!.StorageVirtualMachineId!];
    const found = await cloud.fsx.describeStorageVirtualMachines({ StorageVirtualMachineIds });
    const host = found.StorageVirtualMachines![0].Endpoints!.Nfs!.DNSName;
    expect(driverOpts.o).toBe(`addr=${host},nfsvers=4.1`);
  },

  "key-consumers": async () => {
    const chain = await activeCluster(cloud, 2);
    await examples.deploy("key-consumers", {
      customKeyStoreId: await connectedStore(cloud, chain),
      accountId: chain.operator.lockSecretArn.split(":")[4],
    });
    const keyArn = examples.output("key-consumers", "key_arn");
    const { Volumes } = await cloud.ec2.describeVolumes({});
    expect(Volumes!.map((v) => v.KmsKeyId)).toContain(keyArn);
    const { KmsKeyId } = await cloud.secrets.describeSecret({ SecretId: "ledger/api-token" });
    expect(KmsKeyId).toBe(keyArn);
  },
};

/** Those that a test of their own deploys, with their second plan. */
const ELSEWHERE: Record<string, string> = {
  "none-by-night": "none-by-night.test.ts",
  "two-regions": "disaster.test.ts", // by the drill
};

test("each example is deployed, here or by a test of its own", () => {
  expect([...Object.keys(RUNS), ...Object.keys(ELSEWHERE)].sort()).toEqual(EXAMPLES.sort());
  for (const file of Object.values(ELSEWHERE)) expect(existsSync(join(__dirname, file))).toBe(true);
});

// Three side by side: they wait for AWS's durations more than they work, and each has a Terraform in memory.
describe("deployed side by side", () => {
  const outcomes: Record<string, Promise<unknown>> = {};
  beforeAll(() => {
    const names = Object.keys(RUNS);
    const lanes = [0, 1, 2].map((lane) => names.filter((_, i) => i % 3 === lane));
    for (const lane of lanes) {
      let before: Promise<unknown> = Promise.resolve();
      for (const name of lane)
        before = outcomes[name] = before.then(() => RUNS[name]().catch((error: Error) => error));
    }
  });

  test.each(Object.keys(RUNS))("%s", async (name) => {
    const error = await outcomes[name];
    if (error) throw error as Error;
  });
});
