// File systems of each deployment type that the provider has, with all that their storage virtual machines and volumes can be, by the real
// AWS provider: made, planned again without a change, grown in place; and refused while planning what would replace them.

import { FSx } from "@aws-sdk/client-fsx";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { TerraformStack, Testing } from "cdktf";
import {
  HsmKey,
  HsmNetwork,
  OntapDeploymentType,
  OntapFileSystem,
  OntapFileSystemProps,
  OntapProtocol,
  OntapVolumeProps,
} from "../../constructs";
import { Deployment } from "./deployment";
import { PlainStack } from "./plain-stack";

type Of<Value> = Partial<Record<OntapDeploymentType, Value>>;
type Props = Partial<OntapFileSystemProps>;

/** Every value that a prop of a volume has. */
const VOLUMES: OntapVolumeProps[] = [
  { name: "hot", sizeGib: 10, tieringPolicy: { name: "NONE" }, securityStyle: "UNIX" },
  { name: "cold", sizeGib: 10, tieringPolicy: { name: "ALL" }, snapshotPolicy: "none" },
  {
    name: "cool",
    sizeGib: 10,
    junctionPath: "/shares/cool",
    tieringPolicy: { name: "AUTO", coolingPeriodDays: 60 },
    snapshotPolicy: "default-1weekly",
  },
  { name: "usual", sizeGib: 10, tieringPolicy: { name: "SNAPSHOT_ONLY" }, storageEfficiency: false },
  { name: "mirror", sizeGib: 10, dataProtection: true },
  {
    name: "spread",
    sizeGib: 800,
    volumeStyle: "FLEXGROUP",
    aggregates: ["aggr1"],
    constituentsPerAggregate: 4,
  },
  {
    name: "records",
    sizeGib: 10,
    securityStyle: "NTFS",
    snaplock: {
      type: "ENTERPRISE",
      minimumRetention: { unit: "DAYS", value: 1 },
      maximumRetention: { unit: "INFINITE" },
      defaultRetention: { unit: "MONTHS", value: 1 },
      autocommit: { unit: "HOURS", value: 2 },
      privilegedDelete: "ENABLED",
      appendMode: true,
      bypassEnterpriseRetention: true,
    },
  },
  { name: "ledger", sizeGib: 10, securityStyle: "MIXED", snaplock: { type: "COMPLIANCE" } },
  {
    name: "audit",
    sizeGib: 10,
    junctionPath: "/snaplock_audit_log",
    snaplock: { type: "COMPLIANCE", auditLogVolume: true, privilegedDelete: "PERMANENTLY_DISABLED" },
  },
];

const PROTOCOLS: OntapProtocol[] = ["nfs3", "nfs4", "smb", "iscsi", "nvme", "https", "ssh", "snapmirror"];

/** Each with a throughput, in MBps, that not all types have. */
const FIRST: Of<Props> = {
  SINGLE_AZ_1: {
    throughputCapacityMbps: 256,
    diskIops: 4000,
    dailyAutomaticBackupStartTime: "02:30",
    weeklyMaintenanceStartTime: "7:03:30",
    volumes: VOLUMES,
    clients: [{ from: "10.9.0.0/16", protocols: PROTOCOLS }],
  },
  MULTI_AZ_1: {
    throughputCapacityMbps: 128,
    availabilityZones: ["eu-central-1b", "eu-central-1a"],
    storageVirtualMachines: [
      { name: "linux", volumes: [{ name: "files", sizeGib: 10 }] },
      { name: "windows", securityStyle: "NTFS", volumes: [{ name: "files", sizeGib: 10 }] },
      { name: "both", securityStyle: "MIXED" },
    ],
  },
  // hashicorp/terraform-provider-aws#38663, #47825
  SINGLE_AZ_2: { throughputCapacityMbps: 1536, volumes: [] },
  // Outside of 198.19.0.0/16, where Amazon WorkSpaces has addresses: hashicorp/terraform-provider-aws#44594.
  MULTI_AZ_2: { throughputCapacityMbps: 384, endpointIpAddressRange: "100.64.7.0/26" },
};

/** All that can grow. */
const GROWN: Of<Props> = {
  ...FIRST,
  SINGLE_AZ_1: {
    ...FIRST.SINGLE_AZ_1,
    throughputCapacityMbps: 512,
    storageCapacityGib: 1200,
    diskIops: 5000,
  },
  SINGLE_AZ_2: { ...FIRST.SINGLE_AZ_2, haPairs: 2, storageCapacityGib: 2048 },
  MULTI_AZ_2: { ...FIRST.MULTI_AZ_2, throughputCapacityMbps: 768 },
};

let deployment: Deployment;
let stack: PlainStack;

function configuration(fileSystems: Of<Props>): object {
  const app = new TerraformStack(Testing.app({ stackTraces: false }), "types");
  new AwsProvider(app, "aws", { region: "eu-central-1" });
  const vpc = new Vpc(app, "vpc", { cidrBlock: "10.5.0.0/24" });
  const subnets = ["a", "b"].map((zone, i) => {
    const place = { availabilityZone: `eu-central-1${zone}`, cidrBlock: `10.5.0.${i * 64}/26` };
    return { ...place, subnetId: new Subnet(app, `subnet-${zone}`, { ...place, vpcId: vpc.id }).id };
  });
  const endpointSecurityGroupId = new SecurityGroup(app, "endpoints", { vpcId: vpc.id }).id;
  const routeTable = new RouteTable(app, "clients", {
    vpcId: vpc.id,
    lifecycle: { ignoreChanges: ['tags["AmazonFSx"]', 'tags_all["AmazonFSx"]'] },
  });
  const network = HsmNetwork.fromExisting(app, "network", {
    vpcId: vpc.id,
    subnets,
    endpointSecurityGroupId,
  });
  const key = HsmKey.fromKeyArn(app, "key", new KmsKey(app, "of-moto", { deletionWindowInDays: 7 }).arn);
  for (const [deploymentType, props] of Object.entries(fileSystems))
    new OntapFileSystem(app, deploymentType, {
      network,
      key,
      name: deploymentType.toLowerCase().replaceAll("_", "-"),
      deploymentType: deploymentType as OntapDeploymentType,
      ...(deploymentType === "MULTI_AZ_2" && { routeTableIds: [routeTable.id] }),
      deletionPolicy: "delete",
      ...props,
    });
  return JSON.parse(Testing.synth(app));
}

beforeAll(async () => {
  deployment = await Deployment.start("file-system-types");
  stack = new PlainStack(deployment);
  stack.writeConfiguration(configuration(FIRST));
  await stack.init();
});
afterAll(() => deployment.stop());

const made = async () => {
  const { FileSystems } = await new FSx(deployment.client).describeFileSystems({});
  return FileSystems!
    .map(({ StorageCapacity, OntapConfiguration: o }) => ({
      type: o!.DeploymentType,
      gib: StorageCapacity,
      pairs: o!.HAPairs,
      mbps: o!.ThroughputCapacityPerHAPair,
      iops: o!.DiskIopsConfiguration!.Iops,
      range: o!.EndpointIpAddressRange?.replace(/^198\.19\.\d+\.0\/24$/, "of FSx"),
    }))
    .sort((one, other) => one.type!.localeCompare(other.type!));
};

test("each is made as it was asked for", async () => {
  expect(await stack.apply()).toMatchObject({ status: 0 });
  expect(await made()).toEqual([
    { type: "MULTI_AZ_1", gib: 1024, pairs: 1, mbps: 128, iops: 3072, range: "of FSx" },
    { type: "MULTI_AZ_2", gib: 1024, pairs: 1, mbps: 384, iops: 3072, range: "100.64.7.0/26" },
    { type: "SINGLE_AZ_1", gib: 1024, pairs: 1, mbps: 256, iops: 4000, range: undefined },
    { type: "SINGLE_AZ_2", gib: 1024, pairs: 1, mbps: 1536, iops: 3072, range: undefined },
  ]);
});

test("so are storage virtual machines and volumes", async () => {
  const fsx = new FSx(deployment.client);
  const { StorageVirtualMachines } = await fsx.describeStorageVirtualMachines({});
  expect(StorageVirtualMachines!.map((s) => s.Name).sort()).toEqual([
    "both",
    "linux",
    "multi-az-2",
    "single-az-1",
    "windows",
  ]);
  const { Volumes } = await fsx.describeVolumes({});
  const shown = Object.fromEntries(
    Volumes!.map(({ Name, OntapConfiguration: o }) => [
      Name,
      [
        o!.OntapVolumeType,
        o!.VolumeStyle,
        o!.SecurityStyle,
        o!.TieringPolicy!.Name,
        o!.TieringPolicy!.CoolingPeriod,
        o!.SnapshotPolicy,
        o!.SnaplockConfiguration?.SnaplockType,
        o!.JunctionPath,
      ],
    ]),
  );
  expect(shown).toMatchObject({
    hot: ["RW", "FLEXVOL", "UNIX", "NONE", undefined, "default", undefined, "/hot"],
    cold: ["RW", "FLEXVOL", "UNIX", "ALL", undefined, "none", undefined, "/cold"],
    cool: ["RW", "FLEXVOL", "UNIX", "AUTO", 60, "default-1weekly", undefined, "/shares/cool"],
    usual: ["RW", "FLEXVOL", "UNIX", "SNAPSHOT_ONLY", 2, "default", undefined, "/usual"],
    mirror: ["DP", "FLEXVOL", "UNIX", "SNAPSHOT_ONLY", 2, "default", undefined, undefined],
    spread: ["RW", "FLEXGROUP", "UNIX", "SNAPSHOT_ONLY", 2, "default", undefined, "/spread"],
    records: ["RW", "FLEXVOL", "NTFS", "SNAPSHOT_ONLY", 2, "default", "ENTERPRISE", "/records"],
    ledger: ["RW", "FLEXVOL", "MIXED", "SNAPSHOT_ONLY", 2, "default", "COMPLIANCE", "/ledger"],
    audit: ["RW", "FLEXVOL", "UNIX", "SNAPSHOT_ONLY", 2, "default", "COMPLIANCE", "/snaplock_audit_log"],
    data: ["RW", "FLEXVOL", "UNIX", "SNAPSHOT_ONLY", 2, "default", undefined, "/data"],
  });
});

test("a second plan is empty", async () => {
  expect(await stack.planStatus()).toBe(0);
});

test("size, throughput, IOPS and HA pairs grow in place", async () => {
  const before = await new FSx(deployment.client).describeFileSystems({});
  stack.writeConfiguration(configuration(GROWN));
  expect(await stack.apply()).toMatchObject({ status: 0 });
  expect(await made()).toEqual([
    { type: "MULTI_AZ_1", gib: 1024, pairs: 1, mbps: 128, iops: 3072, range: "of FSx" },
    { type: "MULTI_AZ_2", gib: 1024, pairs: 1, mbps: 768, iops: 3072, range: "100.64.7.0/26" },
    { type: "SINGLE_AZ_1", gib: 1200, pairs: 1, mbps: 512, iops: 5000, range: undefined },
    { type: "SINGLE_AZ_2", gib: 2048, pairs: 2, mbps: 1536, iops: 6144, range: undefined },
  ]);
  const after = await new FSx(deployment.client).describeFileSystems({});
  expect(after.FileSystems!.map((f) => f.FileSystemId)).toEqual(
    before.FileSystems!.map((f) => f.FileSystemId),
  );
  expect(await stack.planStatus()).toBe(0);
});

test("a smaller size is a change in place, which AWS takes or refuses, and never another file system", async () => {
  stack.writeConfiguration(configuration(FIRST));
  const { output } = await stack.terraform("plan", "-input=false", "-no-color");
  expect(output).toContain("Plan: 0 to add, 3 to change, 0 to destroy.");
});

test.each<[string, Of<Props>, RegExp]>([
  [
    "another endpointIpAddressRange",
    { MULTI_AZ_2: { endpointIpAddressRange: "100.64.8.0/26" } },
    /endpointIpAddressRange is 100\.64\.8\.0\/26 now, and was 100\.64\.7\.0\/26 when/,
  ],
  [
    "no endpointIpAddressRange any more",
    { MULTI_AZ_2: { endpointIpAddressRange: undefined } },
    /endpointIpAddressRange is not set now, and was 100\.64\.7\.0\/26 when/,
  ],
  [
    "an endpointIpAddressRange where there was none",
    { MULTI_AZ_1: { endpointIpAddressRange: "100.64.8.0/26" } },
    /endpointIpAddressRange is 100\.64\.8\.0\/26 now, and was not set when/,
  ],
  [
    "the preferred file server in another zone",
    { MULTI_AZ_1: { availabilityZones: ["eu-central-1a", "eu-central-1b"] } },
    /MULTI_AZ_1: subnets is 'eu-central-1a [^']*, eu-central-1b [^']*' now, and was 'eu-central-1b/,
  ],
])("%s is refused while planning, before AWS replaces the file system", async (_what, changes, message) => {
  const changed = Object.fromEntries(
    Object.entries(GROWN).map(([type, props]) => [
      type,
      { ...props, ...changes[type as OntapDeploymentType] },
    ]),
  );
  stack.writeConfiguration(configuration(changed));
  const { status, output } = await stack.terraform("plan", "-input=false", "-no-color");
  expect(status).toBe(1);
  expect(output.replace(/[\s│]+/g, " ")).toMatch(message);
});
