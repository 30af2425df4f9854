// Every example, deployed into the local cloud by the real cdktf, its second plan empty.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
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
  await cloud.post("quotas", { clusters: 20, hsms: 40 });
  theirs = await activeCluster(cloud, 2);
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
  "all-in-one": async () => {
    await examples.deploy("all-in-one");
    await expectKeyToWork(examples.output("all-in-one", "key_arn"));
    const { FileSystems } = await cloud.fsx.describeFileSystems({});
    const files = FileSystems!.find((f) => f.Tags!.some((t) => t.Value === "payments-prod"))!;
    expect(files.KmsKeyId).toBe(examples.output("all-in-one", "key_arn"));
    expect(files.Tags).toContainEqual({ Key: "CostCenter", Value: "4711" });
    // The scripts that look at a deployment look at any app of one stack.
    const { status, output } = await deployment.scriptIn(examples.folderOf("all-in-one"), "status");
    expect({ status, output }).toMatchObject({ status: 0 });
    expect(output).toContain(files.FileSystemId);
  },

  "byo-network": async () => {
    // A plan tells what only AWS knows of the settings.
    const { network } = theirNetwork();
    const subnets = network.subnets.map((s) => ({ ...s, cidrBlock: s.cidrBlock.replace("/26", "/27") }));
    examples.configure("byo-network", { network: { ...network, subnets }, bastionSecurityGroupId: groupId });
    await deployment.cdktfIn(examples.folderOf("byo-network"), "synth");
    const stack = join(examples.folderOf("byo-network"), "cdktf.out/stacks/byo-network");
    await deployment.terraformIn(stack, "init", "-input=false");
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

  "none-by-night": async () => {
    await examples.deploy("none-by-night");
    const { Hsms } = await cloud.cluster(examples.output("none-by-night", "cluster_id"));
    expect(Hsms!.map((h) => h.EniIp).sort()).toEqual(["10.48.0.10", "10.48.0.74"]);
  },

  "split-stacks": async () => {
    await examples.deploy("split-stacks");
    expect(await deployment.scriptIn(examples.folderOf("split-stacks"), "status")).toMatchObject({
      status: 2,
      output: expect.stringContaining("has 2 stacks; this looks at an app of one"),
    });
    const { FileSystems } = await cloud.fsx.describeFileSystems({});
    const files = FileSystems!.find((f) => f.Tags!.some((t) => t.Value === "archive"))!;
    await expectKeyToWork(files.KmsKeyId!);
  },

  "two-regions": async () => {
    await examples.deploy("two-regions");
    await expectKeyToWork(examples.output("two-regions", "key_arn"));
    const there = { ...deployment.client, region: "eu-west-1" };
    const { Backups } = await new CloudHSMV2(there).describeBackups({});
    const SourceCluster = examples.output("two-regions", "cluster_id");
    expect(Backups).toMatchObject([{ BackupState: "READY", SourceCluster }]);
    const recovery = new SecretsManager(there);
    for (const name of ["admin", "trust-anchor"])
      expect(
        await recovery.describeSecret({ SecretId: `safe-storage/${SourceCluster}/${name}` }),
      ).toMatchObject({
        PrimaryRegion: "eu-central-1",
        KmsKeyId: expect.stringContaining("eu-west-1"),
      });
    // The way back is tested by a drill: disaster.test.ts.
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

    await examples.cdktf("existing-cluster", "destroy");
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
    await expect(examples.cdktf("existing-cluster", "destroy")).rejects.toThrow(/KeyStoreHasLivingKeys/);
    await expectKeyToWork(KeyMetadata!.Arn!);
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

test("each example is deployed here", () => {
  expect(Object.keys(RUNS).sort()).toEqual(EXAMPLES.sort());
});

// Side by side: they wait for AWS's durations more than they work.
describe("deployed side by side", () => {
  const outcomes: Record<string, Promise<unknown>> = {};
  beforeAll(() => {
    for (const name of EXAMPLES) outcomes[name] = RUNS[name]().catch((error: Error) => error);
  });

  test.each(EXAMPLES)("%s", async (name) => {
    const error = await outcomes[name];
    if (error) throw error as Error;
  });
});
