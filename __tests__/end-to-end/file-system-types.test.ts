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

let deployment: Deployment;
let stack: PlainStack;

function configuration(): object {
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
    Lifecycle,
  ]);
  expect(made.sort()).toEqual(
    Object.entries(TYPES)
      .map(([type, throughput]) => [type, throughput, "AVAILABLE"])
      .sort(),
  );
});

test("a second plan is empty", async () => {
  expect(await stack.planStatus()).toBe(0);
});
