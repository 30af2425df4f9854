// FSx for ONTAP: how large file systems may be, how they grow and shrink, and what only some types of them have.
// Source of the rules: CreateFileSystem, UpdateFileSystem, DiskIopsConfiguration, Amazon FSx API Reference.

import { FileSystem } from "@aws-sdk/client-fsx";
import { Network, TestCloud, until } from "./cloud";

let cloud: TestCloud;
let network: Network;
let defaults: Record<string, number>;

const quotas = (changes: object) =>
  fetch(`${cloud.url}/_local/quotas`, { method: "POST", body: JSON.stringify(changes) });

beforeAll(async () => {
  cloud = await TestCloud.start();
  network = await cloud.network();
  defaults = (await (await quotas({})).json()) as typeof defaults;
  await quotas({ "ontap ssd storage": 1e9, "ontap throughput": 1e9, "ontap ssd iops": 1e9 });
});
afterAll(() => cloud.stop());

const create = async (type: string, StorageCapacity: number, ontap: object, more: object = {}) => {
  const multi = type.startsWith("MULTI");
  const { FileSystem } = await cloud.fsx.createFileSystem({
    FileSystemType: "ONTAP",
    StorageCapacity,
    SubnetIds: network.subnetIds.slice(0, multi ? 2 : 1),
    OntapConfiguration: {
      DeploymentType: type as "SINGLE_AZ_1",
      ...(multi && { PreferredSubnetId: network.subnetIds[0] }),
      ...ontap,
    },
    ...more,
  });
  return FileSystem!;
};
const available = ({ FileSystemId }: FileSystem) =>
  until(
    async () => (await cloud.fsx.describeFileSystems({ FileSystemIds: [FileSystemId!] })).FileSystems![0],
    (f) => f.Lifecycle === "AVAILABLE",
  );
const badRequest = (message: RegExp) => ({ name: "BadRequest", message: expect.stringMatching(message) });

const perPair = (ThroughputCapacityPerHAPair: number) => ({ ThroughputCapacityPerHAPair });
const provisioned = (Iops?: number) => ({ DiskIopsConfiguration: { Mode: "USER_PROVISIONED", Iops } });

test.each([
  ["SINGLE_AZ_1", 1024, perPair(128), { ThroughputCapacity: 128, HAPairs: 1 }],
  ["MULTI_AZ_2", 1024, { ThroughputCapacity: 384 }, { ThroughputCapacityPerHAPair: 384, HAPairs: 1 }],
  ["MULTI_AZ_3", 1024, perPair(12288), { ThroughputCapacity: 12288 }],
  // People run one pair with it: hashicorp/terraform-provider-aws#47825.
  ["SINGLE_AZ_2", 1024, perPair(384), { ThroughputCapacity: 384, HAPairs: 1 }],
  ["SINGLE_AZ_2", 4096, { HAPairs: 4, ThroughputCapacity: 6144 }, perPair(1536)],
  ["SINGLE_AZ_3", 12288, { HAPairs: 12, ...perPair(18432) }, { ThroughputCapacity: 12 * 18432 }],
  ["SINGLE_AZ_2", 524288, perPair(384), { DiskIopsConfiguration: { Mode: "AUTOMATIC", Iops: 200_000 } }],
  ["SINGLE_AZ_1", 1024, { ...perPair(128), ...provisioned(3072) }, provisioned(3072)],
])("%s of %d GiB with %j", async (type, storage, ontap, shown) => {
  const fileSystem = await create(type, storage, ontap);
  expect(fileSystem).toMatchObject({ StorageType: "SSD", NetworkType: "IPV4", OntapConfiguration: shown });
});

test.each([
  ["two HA pairs of the first generation", "SINGLE_AZ_1", 2048, { HAPairs: 2, ...perPair(128) }, /1 at most/],
  ["two HA pairs of a Multi-AZ one", "MULTI_AZ_2", 2048, { HAPairs: 2, ...perPair(384) }, /1 at most/],
  ["less than 1,024 GiB a pair", "SINGLE_AZ_2", 2047, { HAPairs: 2, ...perPair(1536) }, /between 2048/],
  ["more than 524,288 GiB a pair", "SINGLE_AZ_2", 524289, perPair(384), /and 524288/],
  [
    "more than 196,608 GiB in the first generation (hashicorp/terraform-provider-aws#36389)",
    "SINGLE_AZ_1",
    196_609,
    perPair(128),
    /and 196608/,
  ],
  [
    "more than 1,048,576 GiB in all",
    "SINGLE_AZ_2",
    1_048_577,
    { HAPairs: 3, ...perPair(1536) },
    /and 1048576/,
  ],
  ["throughput of another type", "SINGLE_AZ_2", 1024, perPair(128), /128 MBps .* not valid/],
  [
    "throughput of one pair for two",
    "SINGLE_AZ_2",
    2048,
    { HAPairs: 2, ...perPair(384) },
    /384 MBps .* not valid/,
  ],
  ["no throughput", "SINGLE_AZ_1", 1024, {}, /is required/],
  ["two throughputs", "SINGLE_AZ_1", 1024, { ThroughputCapacity: 256, ...perPair(128) }, /contradict/],
  [
    "a total that its pairs cannot share",
    "SINGLE_AZ_2",
    2048,
    { HAPairs: 2, ThroughputCapacity: 1536 },
    /768/,
  ],
  ["IOPS under 3 a GiB", "SINGLE_AZ_1", 1024, { ...perPair(128), ...provisioned(3071) }, /between 3072/],
  ["IOPS above 200,000", "SINGLE_AZ_1", 1024, { ...perPair(128), ...provisioned(200_001) }, /and 200000/],
  [
    "provisioned IOPS without a number",
    "SINGLE_AZ_1",
    1024,
    { ...perPair(128), ...provisioned() },
    /Iops must/,
  ],
  [
    "route tables of a Single-AZ one",
    "SINGLE_AZ_1",
    1024,
    { ...perPair(128), RouteTableIds: ["rtb-12345678"] },
    /Multi-AZ/,
  ],
  [
    "an endpoint range of a Single-AZ one",
    "SINGLE_AZ_1",
    1024,
    { ...perPair(128), EndpointIpAddressRange: "198.19.0.0/24" },
    /Multi-AZ/,
  ],
])("refuses %s", async (_what, type, storage, ontap, message) => {
  await expect(create(type, storage, ontap)).rejects.toMatchObject(badRequest(message));
});

test.each([
  ["HDD storage", { StorageType: "HDD" }, /StorageType HDD/],
  ["intelligent tiering", { StorageType: "INTELLIGENT_TIERING" }, /INTELLIGENT_TIERING/],
  ["Lustre's version", { FileSystemTypeVersion: "2.15" }, /Lustre/],
])("refuses %s", async (_what, more, message) => {
  await expect(create("SINGLE_AZ_1", 1024, perPair(128), more)).rejects.toMatchObject(badRequest(message));
});

describe("an update", () => {
  const update = (fileSystem: FileSystem, StorageCapacity?: number, ontap: object = {}) =>
    cloud.fsx.updateFileSystem({
      FileSystemId: fileSystem.FileSystemId,
      StorageCapacity,
      OntapConfiguration: ontap,
    });

  test("lets automatic IOPS follow the storage", async () => {
    const fileSystem = await create("SINGLE_AZ_1", 1024, perPair(128));
    await available(fileSystem);
    await update(fileSystem, 2048);
    expect((await available(fileSystem)).OntapConfiguration!.DiskIopsConfiguration).toEqual({
      Mode: "AUTOMATIC",
      Iops: 6144,
    });
    await cloud.advanceClock(7 * 3600);
    await update(fileSystem, undefined, provisioned(10_000));
    expect((await available(fileSystem)).OntapConfiguration).toMatchObject(provisioned(10_000));
  });

  test("refuses IOPS with automatic mode (crossplane-contrib/provider-upjet-aws#1823)", async () => {
    const fileSystem = await create("SINGLE_AZ_1", 1024, perPair(128));
    await available(fileSystem);
    const automatic = { DiskIopsConfiguration: { Mode: "AUTOMATIC", Iops: 3072 } };
    await expect(update(fileSystem, 2048, automatic)).rejects.toMatchObject(
      badRequest(/Invalid DiskIopsConfiguration provided. IOPS cannot be set with AUTOMATIC mode/),
    );
    await update(fileSystem, 2048, { DiskIopsConfiguration: { Mode: "AUTOMATIC" } });
  });

  test("shrinks the second generation by 9 percent at least, and the first never", async () => {
    const first = await create("SINGLE_AZ_1", 2048, perPair(128));
    const second = await create("SINGLE_AZ_2", 2048, perPair(1536));
    await available(first);
    await available(second);
    await expect(update(first, 1024)).rejects.toMatchObject(badRequest(/cannot be decreased/));
    await expect(update(second, 2000)).rejects.toMatchObject(badRequest(/9 percent/));
    await update(second, 1800);
    expect((await available(second)).StorageCapacity).toBe(1800);
  });

  test("may grow by less than a tenth up to the maximum", async () => {
    const fileSystem = await create("SINGLE_AZ_1", 190_000, perPair(128));
    await available(fileSystem);
    await update(fileSystem, 196_000);
    expect((await available(fileSystem)).StorageCapacity).toBe(196_000);
  });

  test("adds HA pairs with storage and throughput in proportion, and removes none", async () => {
    const fileSystem = await create("SINGLE_AZ_2", 2048, { HAPairs: 2, ...perPair(1536) });
    await available(fileSystem);
    const out = { HAPairs: 4, ...perPair(1536) };
    await expect(update(fileSystem, 5000, out)).rejects.toMatchObject(badRequest(/proportional/));
    await expect(update(fileSystem, 4096, { HAPairs: 4 })).rejects.toMatchObject(badRequest(/proportional/));
    await update(fileSystem, 4096, out);
    expect((await available(fileSystem)).OntapConfiguration).toMatchObject({
      HAPairs: 4,
      ThroughputCapacity: 6144,
    });
    await cloud.advanceClock(7 * 3600);
    await expect(update(fileSystem, 2048, { HAPairs: 2 })).rejects.toMatchObject(badRequest(/increased/));
  });

  test("knows nothing of route tables on a Single-AZ one, nor of other types' members", async () => {
    const fileSystem = await create("SINGLE_AZ_1", 1024, perPair(128));
    await available(fileSystem);
    await expect(update(fileSystem, undefined, { AddRouteTableIds: ["rtb-12345678"] })).rejects.toMatchObject(
      badRequest(/Multi-AZ/),
    );
    const { FileSystemId } = fileSystem;
    await expect(cloud.fsx.updateFileSystem({ FileSystemId, StorageType: "HDD" })).rejects.toMatchObject(
      badRequest(/cannot be changed/),
    );
  });
});

test.each([
  ["FILE_SYSTEM_COUNT", "ontap file systems", 100],
  ["TOTAL_STORAGE", "ontap ssd storage", 524_288],
  ["TOTAL_THROUGHPUT_CAPACITY", "ontap throughput", 10_240],
  ["TOTAL_SSD_IOPS", "ontap ssd iops", 1_000_000],
])("the account's limit %s («Quotas», User Guide: %s, %d)", async (Limit, name, usual) => {
  expect(defaults[name]).toBe(usual);
  await create("SINGLE_AZ_1", 1024, perPair(128));
  await quotas({ [name]: 1 });
  await expect(create("SINGLE_AZ_1", 1024, perPair(128))).rejects.toMatchObject({
    name: "ServiceLimitExceeded",
    Limit,
  });
  await quotas({ [name]: 1e9 });
});
