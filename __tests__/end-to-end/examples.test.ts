// Every example, deployed into the local cloud by the real cdktf, its second plan empty.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { EC2 } from "@aws-sdk/client-ec2";
import { IAM } from "@aws-sdk/client-iam";
import { KMS } from "@aws-sdk/client-kms";
import { activeCluster, Chain, connectedStore } from "../../emulator/conformance/chain";
import { TestCloud, ZONES } from "../../emulator/conformance/cloud";
import { Deployment, ROOT } from "./deployment";

jest.setTimeout(30 * 60_000);

const EXAMPLES = readdirSync(join(ROOT, "examples"));

let deployment: Deployment;
let cloud: TestCloud;
/** What the examples about existing things find: a cluster of somebody else's in a VPC with endpoints. */
let theirs: Chain;
let groupId: string;

beforeAll(async () => {
  deployment = await Deployment.start("examples");
  loosen = join(deployment.folder, "loosen.js");
  writeFileSync(loosen, LOOSEN);
  cloud = TestCloud.at(deployment.endpoint);
  // So many clusters at once: AWS raises the quotas on request.
  await cloud.post("quotas", { clusters: 20, hsms: 40 });
  theirs = await activeCluster(cloud, 2);
  const { VpcEndpoints } = await cloud.ec2.describeVpcEndpoints({});
  groupId = VpcEndpoints![0].Groups![0].GroupId!;
  for (const RoleName of ["security", "payments"]) await cloud.role(RoleName, ["sts:GetCallerIdentity"]);
});
afterAll(() => deployment.stop());

/** The bindings ask for one version of each provider; a machine without a registry may have others of the same major. */
const LOOSEN = `
  const { readdirSync, readFileSync, writeFileSync } = require("node:fs");
  const ranges = { tls: ">= 4.0.4, < 5.0.0", null: ">= 2.1.2, < 4.0.0" };
  for (const stack of readdirSync("cdktf.out/stacks")) {
    const file = "cdktf.out/stacks/" + stack + "/cdk.tf.json";
    const json = JSON.parse(readFileSync(file, "utf8"));
    const providers = json.terraform.required_providers;
    for (const name of Object.keys(ranges)) if (providers[name]) providers[name].version = ranges[name];
    writeFileSync(file, JSON.stringify(json, null, 2));
  }
`;
let loosen: string;

const folderOf = (name: string) => join(deployment.folder, name);

/** The example's own cdktf.json, with what is different here. */
function configure(name: string, changes: object): void {
  const cdktf = JSON.parse(readFileSync(join(ROOT, "examples", name, "cdktf.json"), "utf8"));
  const app = `'${ROOT}/node_modules/.bin/tsx' '${ROOT}/examples/${name}/main.ts' && node '${loosen}'`;
  const layerZip = join(ROOT, ".local/stand-in-layer.zip");
  const settings = { ...cdktf.context.settings, layerZip, identityCheck: deployment.roots, ...changes };
  mkdirSync(folderOf(name), { recursive: true });
  writeFileSync(
    join(folderOf(name), "cdktf.json"),
    JSON.stringify({ ...cdktf, app, context: { ...cdktf.context, settings } }),
  );
}

async function cdktf(name: string, ...args: string[]): Promise<void> {
  const { status, output } = await deployment.cdktfIn(folderOf(name), ...args, "*", "--auto-approve");
  if (status !== 0) throw new Error(output.slice(-5000));
}

/** Deploys it, and plans each of its stacks again. */
async function deploy(name: string, changes: object = {}): Promise<void> {
  configure(name, changes);
  await cdktf(name, "deploy", "--skip-provider-lock");
  const stacks = join(folderOf(name), "cdktf.out/stacks");
  for (const stack of readdirSync(stacks)) {
    const args = ["plan", "-detailed-exitcode", "-input=false", "-no-color"];
    const { status, output } = await deployment.terraformIn(join(stacks, stack), ...args);
    if (status !== 0)
      throw new Error(`${name}: the second plan of ${stack} is not empty:\n${output.slice(-3000)}`);
  }
}

function output(name: string, output: string, stack = name): string {
  const state = JSON.parse(readFileSync(join(folderOf(name), `terraform.${stack}.tfstate`), "utf8"));
  return state.outputs[output].value;
}

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
    await deploy("all-in-one");
    await expectKeyToWork(output("all-in-one", "key_arn"));
    const { FileSystems } = await cloud.fsx.describeFileSystems({});
    const files = FileSystems!.find((f) => f.Tags!.some((t) => t.Value === "payments-prod"))!;
    expect(files.KmsKeyId).toBe(output("all-in-one", "key_arn"));
    expect(files.Tags).toContainEqual({ Key: "CostCenter", Value: "4711" });
  },

  "byo-network": async () => {
    // A plan tells what only AWS knows of the settings.
    const { network } = theirNetwork();
    const subnets = network.subnets.map((s) => ({ ...s, cidrBlock: s.cidrBlock.replace("/26", "/27") }));
    configure("byo-network", { network: { ...network, subnets }, bastionSecurityGroupId: groupId });
    await deployment.cdktfIn(folderOf("byo-network"), "synth");
    const stack = join(folderOf("byo-network"), "cdktf.out/stacks/byo-network");
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
    await deploy("byo-network", { ...theirNetwork(), bastionSecurityGroupId: groupId });
    await expectKeyToWork(output("byo-network", "key_arn"));
    const { Vpcs } = await cloud.ec2.describeVpcs({ Filters: [{ Name: "tag:Name", Values: ["cards"] }] });
    expect(Vpcs).toEqual([]);
  },

  "key-store-only": async () => {
    await deploy("key-store-only");
    for (const alias of ["cards", "reports"])
      await expectKeyToWork(output("key-store-only", `vault_${alias}_key_arn`));
    const { PolicyNames } = await new IAM(deployment.client).listRolePolicies({ RoleName: "payments" });
    expect(PolicyNames!.filter((name) => name.startsWith("use-"))).toHaveLength(2);
  },

  "split-stacks": async () => {
    await deploy("split-stacks");
    const { FileSystems } = await cloud.fsx.describeFileSystems({});
    const files = FileSystems!.find((f) => f.Tags!.some((t) => t.Value === "archive"))!;
    await expectKeyToWork(files.KmsKeyId!);
  },

  "two-regions": async () => {
    await deploy("two-regions");
    for (const [side, region] of [
      ["frankfurt", "eu-central-1"],
      ["ireland", "eu-west-1"],
    ]) {
      await expectKeyToWork(output("two-regions", `${side}_key_arn`), region);
      const { Clusters } = await new CloudHSMV2({ ...deployment.client, region }).describeClusters({});
      const ours = Clusters!.filter((c) => c.TagList!.some((t) => t.Value === "ledger"));
      expect(ours).toMatchObject([
        { State: "ACTIVE", TagList: expect.arrayContaining([{ Key: "Side", Value: side }]) },
      ]);
    }
    expect(
      await new EC2({ ...deployment.client, region: "eu-west-1" }).describeVpcEndpoints({}),
    ).toMatchObject({
      VpcEndpoints: { length: 3 },
    });
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
    await deploy("existing-cluster", settings);
    const store = async () =>
      (await cloud.kms.describeCustomKeyStores({})).CustomKeyStores!.find(
        (s) => s.CloudHsmClusterId === clusterId,
      );
    expect(await store()).toMatchObject({
      CustomKeyStoreName: "payments-test",
      ConnectionState: "CONNECTED",
    });
    expect((await cloud.cluster(clusterId)).BackupRetentionPolicy).toMatchObject({ Value: "30" });
    const CustomKeyStoreId = output("existing-cluster", "custom_key_store_id");
    const { KeyMetadata } = await cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId });

    await deploy("existing-cluster", { ...settings, keyStoreName: "payments" });
    expect(await store()).toMatchObject({ CustomKeyStoreId, CustomKeyStoreName: "payments" });

    await cdktf("existing-cluster", "destroy");
    expect(await store()).toMatchObject({ CustomKeyStoreId, ConnectionState: "DISCONNECTED" });
    expect((await cloud.cluster(clusterId)).Hsms).toHaveLength(2);

    await deploy("existing-cluster", { ...settings, adoptKmsuser: false, keyStoreName: "payments" });
    expect(await store()).toMatchObject({ CustomKeyStoreId, ConnectionState: "CONNECTED" });
    await expectKeyToWork(KeyMetadata!.Arn!);

    // A store with keys is never deleted, whatever the policy says.
    await deploy("existing-cluster", { ...settings, keyStoreName: "payments", deletionPolicy: "delete" });
    await expect(cdktf("existing-cluster", "destroy")).rejects.toThrow(/KeyStoreHasLivingKeys/);
    await expectKeyToWork(KeyMetadata!.Arn!);
  },

  "key-consumers": async () => {
    const chain = await activeCluster(cloud, 2);
    await deploy("key-consumers", {
      customKeyStoreId: await connectedStore(cloud, chain),
      accountId: chain.operator.lockSecretArn.split(":")[4],
    });
    const keyArn = output("key-consumers", "key_arn");
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
