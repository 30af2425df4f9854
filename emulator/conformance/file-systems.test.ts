// FSx for ONTAP, as far as a deployment and its destruction need it.
// Source, where a test names none: Amazon FSx API Reference.

import { CreateFileSystemRequest } from "@aws-sdk/client-fsx";
import { activeCluster, connectedStore } from "./chain";
import { Network, TestCloud, until } from "./cloud";

let cloud: TestCloud;
let network: Network;
let keyArn: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
  network = await cloud.network();
  keyArn = (await cloud.kms.createKey({})).KeyMetadata!.Arn!;
});
afterAll(() => cloud.stop());

const create = (ontap: object = {}, more: Partial<CreateFileSystemRequest> = {}) =>
  cloud.fsx.createFileSystem({
    FileSystemType: "ONTAP",
    StorageCapacity: 1024,
    SubnetIds: network.subnetIds.slice(0, 2),
    KmsKeyId: keyArn,
    OntapConfiguration: {
      DeploymentType: "MULTI_AZ_1",
      PreferredSubnetId: network.subnetIds[0],
      ThroughputCapacity: 128,
      ...ontap,
    },
    ...more,
  });
const inState = (id: string, lifecycle: string) =>
  until(
    async () => (await cloud.fsx.describeFileSystems({ FileSystemIds: [id] })).FileSystems![0],
    (f) => f.Lifecycle === lifecycle,
  );
const badRequest = (message: RegExp) => ({ name: "BadRequest", message: expect.stringMatching(message) });

test("is CREATING, then AVAILABLE, with its key's ARN and endpoints", async () => {
  const { FileSystem } = await create();
  expect(FileSystem!.Lifecycle).toBe("CREATING");
  expect(await inState(FileSystem!.FileSystemId!, "AVAILABLE")).toMatchObject({
    KmsKeyId: keyArn,
    VpcId: network.vpcId,
    OntapConfiguration: {
      DeploymentType: "MULTI_AZ_1",
      Endpoints: { Management: { DNSName: expect.stringContaining(FileSystem!.FileSystemId!) } },
    },
  });
});

test("the first of an account makes the service-linked role («Using service-linked roles for Amazon FSx»)", async () => {
  await create();
  const { Role } = await cloud.iam.getRole({ RoleName: "AWSServiceRoleForAmazonFSx" });
  expect(Role!.Path).toBe("/aws-service-role/fsx.amazonaws.com/");
});

test("a Multi-AZ one's endpoints are in the range that is asked for, or in a free one of 198.19.*; no subnet may overlap it (EndpointIpAddressRange; terraform-provider-aws#44594)", async () => {
  const rangeOf = async (EndpointIpAddressRange?: string) =>
    (await create({ EndpointIpAddressRange })).FileSystem!.OntapConfiguration!;
  const [first, second] = [await rangeOf(), await rangeOf()];
  expect(first.EndpointIpAddressRange).toMatch(/^198\.19\.\d+\.0\/24$/);
  expect(second.EndpointIpAddressRange).not.toBe(first.EndpointIpAddressRange);
  expect(await rangeOf("100.64.7.0/26")).toMatchObject({
    EndpointIpAddressRange: "100.64.7.0/26",
    Endpoints: {
      Management: { IpAddresses: [expect.stringMatching(/^100\.64\.7\./)] },
      Intercluster: { IpAddresses: [expect.stringMatching(/^10\.9\./), expect.stringMatching(/^10\.9\./)] },
    },
  });
  // Two may have the same.
  await rangeOf("100.64.7.0/26");
  await expect(rangeOf("10.9.0.0/24")).rejects.toMatchObject(badRequest(/overlaps subnet/));
  await expect(rangeOf("100.64.7.0")).rejects.toMatchObject(badRequest(/CIDR/));
});

const mark = { Key: "AmazonFSx", Value: "ManagedByAmazonFSx" };

test("a Multi-AZ one marks the VPC's main route table, or those that it is given, then and later (RouteTableIds; terraform-provider-aws#21246)", async () => {
  const { RouteTables } = await cloud.ec2.describeRouteTables({
    Filters: [{ Name: "vpc-id", Values: [network.vpcId] }],
  });
  const main = RouteTables![0].RouteTableId!;
  const made = async () =>
    (await cloud.ec2.createRouteTable({ VpcId: network.vpcId })).RouteTable!.RouteTableId!;
  const [given, added, other] = [await made(), await made(), await made()];
  expect((await create()).FileSystem!.OntapConfiguration!.RouteTableIds).toEqual([main]);
  const { FileSystem } = await create({ RouteTableIds: [given] });
  expect(FileSystem!.OntapConfiguration!.RouteTableIds).toEqual([given]);
  await inState(FileSystem!.FileSystemId!, "AVAILABLE");
  await cloud.fsx.updateFileSystem({
    FileSystemId: FileSystem!.FileSystemId,
    OntapConfiguration: { AddRouteTableIds: [added] },
  });
  const { RouteTables: marked } = await cloud.ec2.describeRouteTables({
    Filters: [{ Name: `tag:${mark.Key}`, Values: [mark.Value] }],
  });
  const ids = marked!.map((table) => table.RouteTableId);
  expect(ids).toEqual(expect.arrayContaining([main, given, added]));
  expect(ids).not.toContain(other);
});

test("a route table that is not there, or in another VPC, is refused (InvalidNetworkSettings)", async () => {
  const { Vpc } = await cloud.ec2.createVpc({ CidrBlock: "10.8.0.0/24" });
  const { RouteTable } = await cloud.ec2.createRouteTable({ VpcId: Vpc!.VpcId });
  for (const id of ["rtb-0123456789abcdef0", RouteTable!.RouteTableId!])
    await expect(create({ RouteTableIds: [id] })).rejects.toMatchObject({ name: "InvalidNetworkSettings" });
});

test("the same request token with the same request makes it once (ClientRequestToken, API Reference)", async () => {
  const token = { ClientRequestToken: "once" };
  const [first, second] = [await create({}, token), await create({}, token)];
  expect(second.FileSystem!.FileSystemId).toBe(first.FileSystem!.FileSystemId);
  await expect(create({ ThroughputCapacity: 256 }, token)).rejects.toMatchObject({
    name: "IncompatibleParameterError",
  });
});

test.each([
  ["a throughput that its type lacks", { ThroughputCapacity: 100 }, {}, /Throughput of 100/],
  ["Multi-AZ in one subnet", {}, { subnets: 1 }, /two subnets/],
  ["Single-AZ in two", { DeploymentType: "SINGLE_AZ_1" }, {}, /one subnet/],
  [
    "a preferred subnet of another place",
    { PreferredSubnetId: "subnet-0123456789abcdef0" },
    {},
    /PreferredSubnetId/,
  ],
  ["too little storage", {}, { StorageCapacity: 1000 }, /1024/],
])("refuses %s", async (_what, ontap, more: any, message) => {
  const { subnets, ...rest } = more;
  const request = create(ontap, {
    ...rest,
    ...(subnets && { SubnetIds: network.subnetIds.slice(0, subnets) }),
  });
  await expect(request).rejects.toMatchObject(badRequest(message));
});

test("refuses a key that cannot be used", async () => {
  const { KeyMetadata } = await cloud.kms.createKey({});
  await cloud.kms.disableKey({ KeyId: KeyMetadata!.KeyId });
  await expect(create({}, { KmsKeyId: KeyMetadata!.Arn })).rejects.toMatchObject(badRequest(/not usable/));
});

test("storage grows by a tenth at least (UpdateFileSystem, API Reference)", async () => {
  const { FileSystem } = await create();
  const FileSystemId = FileSystem!.FileSystemId!;
  await inState(FileSystemId, "AVAILABLE");
  await expect(cloud.fsx.updateFileSystem({ FileSystemId, StorageCapacity: 1100 })).rejects.toMatchObject(
    badRequest(/10 percent/),
  );
  await cloud.fsx.updateFileSystem({ FileSystemId, StorageCapacity: 1200 });
  expect((await inState(FileSystemId, "AVAILABLE")).StorageCapacity).toBe(1200);
});

test("a deleted one does not exist any more, nor do its network interfaces", async () => {
  const { FileSystem } = await create();
  const FileSystemId = FileSystem!.FileSystemId!;
  const { NetworkInterfaceIds } = await inState(FileSystemId, "AVAILABLE");
  expect(await cloud.fsx.deleteFileSystem({ FileSystemId })).toMatchObject({ Lifecycle: "DELETING" });
  await until(
    () => cloud.fsx.describeFileSystems({ FileSystemIds: [FileSystemId] }).catch((e: Error) => e.name),
    (answer) => answer === "FileSystemNotFound",
  );
  const interfaces = cloud.ec2.describeNetworkInterfaces({ NetworkInterfaceIds });
  await expect(interfaces).rejects.toMatchObject({ name: "InvalidNetworkInterfaceID.NotFound" });
});

describe("a key whose policy lets services use it only", () => {
  const root = { AWS: "arn:aws:iam::123456789012:root" };
  const policyFor = (service: string) => {
    const Condition = { StringEquals: { "kms:ViaService": `${service}.eu-central-1.amazonaws.com` } };
    return JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: root, Action: ["kms:DescribeKey", "kms:PutKeyPolicy"], Resource: "*" },
        {
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: ["kms:Decrypt", "kms:GenerateDataKeyWithoutPlaintext", "kms:CreateGrant"],
          Resource: "*",
          Condition,
        },
      ],
    });
  };
  let hsmKeyArn: string;

  beforeAll(async () => {
    const CustomKeyStoreId = await connectedStore(cloud, await activeCluster(cloud, 2));
    const made = await cloud.kms.createKey({
      Origin: "AWS_CLOUDHSM",
      CustomKeyStoreId,
      Policy: policyFor("ec2"),
    });
    hsmKeyArn = made.KeyMetadata!.Arn!;
  });

  test("encrypts a file system where it names FSx, and none where it does not («Encryption of data at rest», FSx for ONTAP User Guide)", async () => {
    await expect(create({}, { KmsKeyId: hsmKeyArn })).rejects.toMatchObject(
      badRequest(/not usable: its policy does not allow kms:CreateGrant/),
    );
    await cloud.kms.putKeyPolicy({ KeyId: hsmKeyArn, Policy: policyFor("fsx") });
    await expect(create({}, { KmsKeyId: hsmKeyArn })).resolves.toMatchObject({
      FileSystem: { KmsKeyId: hsmKeyArn },
    });
  });

  test("is needed for a restore: a volume of its file system is FAILED without it, and says why (docs/unverified.md#failed-restore)", async () => {
    const { FileSystems } = await cloud.fsx.describeFileSystems({});
    const { FileSystemId } = FileSystems!.find(({ KmsKeyId }) => KmsKeyId === hsmKeyArn)!;
    await inState(FileSystemId!, "AVAILABLE");
    const { StorageVirtualMachine } = await cloud.fsx.createStorageVirtualMachine({
      FileSystemId,
      Name: "files",
    });
    const StorageVirtualMachineId = StorageVirtualMachine!.StorageVirtualMachineId!;
    const ontap = (name: string) => ({
      Name: name,
      OntapConfiguration: {
        StorageVirtualMachineId,
        SizeInMegabytes: 20,
        JunctionPath: `/${name}`,
        StorageEfficiencyEnabled: true,
      },
    });
    await until(
      () => cloud.fsx.describeStorageVirtualMachines({ StorageVirtualMachineIds: [StorageVirtualMachineId] }),
      ({ StorageVirtualMachines }) => StorageVirtualMachines![0].Lifecycle === "CREATED",
    );
    const volumeIn = (id: string, state: string) =>
      until(
        async () => (await cloud.fsx.describeVolumes({ VolumeIds: [id] })).Volumes![0],
        ({ Lifecycle }) => Lifecycle === state,
      );
    const { Volume } = await cloud.fsx.createVolume({ VolumeType: "ONTAP", ...ontap("data") });
    await volumeIn(Volume!.VolumeId!, "CREATED");
    const { BackupId } = (await cloud.fsx.createBackup({ VolumeId: Volume!.VolumeId })).Backup!;
    await until(
      () => cloud.fsx.describeBackups({ BackupIds: [BackupId!] }),
      ({ Backups }) => Backups![0].Lifecycle === "AVAILABLE",
    );
    const [{ CustomKeyStoreId }] = (await cloud.kms.describeCustomKeyStores({})).CustomKeyStores!;
    await cloud.kms.disconnectCustomKeyStore({ CustomKeyStoreId });
    const restored = await cloud.fsx.createVolumeFromBackup({ BackupId, ...ontap("restored") });
    const { LifecycleTransitionReason } = await volumeIn(restored.Volume!.VolumeId!, "FAILED");
    expect(LifecycleTransitionReason!.Message).toMatch(/could not be read/);
    await cloud.keyStoreIn(CustomKeyStoreId!, "DISCONNECTED");
    await cloud.kms.connectCustomKeyStore({ CustomKeyStoreId });
    await cloud.keyStoreIn(CustomKeyStoreId!, "CONNECTED");
  });

  test("is not asked who may list its aliases («Actions, resources, and condition keys for AWS KMS»)", async () => {
    const { Aliases } = await cloud.kms.listAliases({ KeyId: hsmKeyArn });
    expect(Aliases).toEqual([]);
  });

  test("lets not even the account's administrators use it («Key policies in AWS KMS»)", async () => {
    await expect(
      cloud.kms.encrypt({ KeyId: hsmKeyArn, Plaintext: Buffer.from("mine") }),
    ).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringMatching(
        /not authorized to perform: kms:Encrypt .* no resource-based policy allows/,
      ),
    });
  });
});
