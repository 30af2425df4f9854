// A file system of each deployment type that the construct has, by the real AWS provider: made, and planned again without a change.

import { FSx } from "@aws-sdk/client-fsx";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { TerraformStack, Testing } from "cdktf";
import { HsmKey, HsmNetwork, OntapDeploymentType, OntapFileSystem } from "../../constructs";
import { Deployment } from "./deployment";
import { PlainStack } from "./plain-stack";

/** Each with a throughput, in MBps, that not all types have. */
const TYPES: Record<OntapDeploymentType, number> = {
  SINGLE_AZ_1: 256,
  MULTI_AZ_1: 128,
  SINGLE_AZ_2: 768, // hashicorp/terraform-provider-aws#38663, #47825
  MULTI_AZ_2: 384,
};

/** Outside of 198.19.0.0/16, where Amazon WorkSpaces has addresses: hashicorp/terraform-provider-aws#44594. */
const RANGES: Partial<Record<OntapDeploymentType, string>> = { MULTI_AZ_2: "100.64.7.0/26" };

let deployment: Deployment;
let stack: PlainStack;

function configuration(ranges = RANGES): object {
  const app = new TerraformStack(Testing.app({ stackTraces: false }), "types");
  new AwsProvider(app, "aws", { region: "eu-central-1" });
  const vpc = new Vpc(app, "vpc", { cidrBlock: "10.5.0.0/24" });
  const subnets = ["a", "b"].map((zone, i) => {
    const place = { availabilityZone: `eu-central-1${zone}`, cidrBlock: `10.5.0.${i * 64}/26` };
    return { ...place, subnetId: new Subnet(app, `subnet-${zone}`, { ...place, vpcId: vpc.id }).id };
  });
  const endpointSecurityGroupId = new SecurityGroup(app, "endpoints", { vpcId: vpc.id }).id;
  const network = HsmNetwork.fromExisting(app, "network", {
    vpcId: vpc.id,
    subnets,
    endpointSecurityGroupId,
  });
  const key = HsmKey.fromKeyArn(app, "key", new KmsKey(app, "of-moto", { deletionWindowInDays: 7 }).arn);
  for (const [deploymentType, throughputCapacityMbps] of Object.entries(TYPES))
    new OntapFileSystem(app, deploymentType, {
      network,
      key,
      name: deploymentType.toLowerCase().replaceAll("_", "-"),
      deploymentType: deploymentType as OntapDeploymentType,
      throughputCapacityMbps,
      endpointIpAddressRange: ranges[deploymentType as OntapDeploymentType],
      deletionPolicy: "delete",
    });
  return JSON.parse(Testing.synth(app));
}

beforeAll(async () => {
  deployment = await Deployment.start("file-system-types");
  stack = new PlainStack(deployment);
  stack.writeConfiguration(configuration());
  await stack.init();
});
afterAll(() => deployment.stop());

test("each is made as it was asked for", async () => {
  expect(await stack.apply()).toMatchObject({ status: 0 });
  const { FileSystems } = await new FSx(deployment.client).describeFileSystems({});
  const made = FileSystems!.map(({ Lifecycle, OntapConfiguration: o }) => [
    o!.DeploymentType,
    o!.ThroughputCapacityPerHAPair,
    o!.EndpointIpAddressRange?.replace(/^198\.19\.\d+\.0\/24$/, "of FSx"),
    Lifecycle,
  ]);
  expect(made.sort()).toEqual([
    ["MULTI_AZ_1", 128, "of FSx", "AVAILABLE"],
    ["MULTI_AZ_2", 384, "100.64.7.0/26", "AVAILABLE"],
    ["SINGLE_AZ_1", 256, undefined, "AVAILABLE"],
    ["SINGLE_AZ_2", 768, undefined, "AVAILABLE"],
  ]);
});

test("a second plan is empty", async () => {
  expect(await stack.planStatus()).toBe(0);
});

test.each<[string, Partial<Record<OntapDeploymentType, string>>, RegExp]>([
  ["another", { MULTI_AZ_2: "100.64.8.0/26" }, /is 100\.64\.8\.0\/26 now, and was 100\.64\.7\.0\/26 when/],
  ["none any more", {}, /is not set now, and was 100\.64\.7\.0\/26 when/],
  [
    "one where there was none",
    { ...RANGES, MULTI_AZ_1: "100.64.8.0/26" },
    /is 100\.64\.8\.0\/26 now, and was not set when/,
  ],
])(
  "%s as endpointIpAddressRange is refused while planning, before AWS replaces the file system",
  async (_what, ranges, message) => {
    stack.writeConfiguration(configuration(ranges));
    const { status, output } = await stack.terraform("plan", "-input=false", "-no-color");
    expect(status).toBe(1);
    expect(output.replace(/[\s│]+/g, " ")).toMatch(message);
  },
);
