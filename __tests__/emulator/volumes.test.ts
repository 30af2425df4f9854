// FSx for ONTAP: storage virtual machines, volumes and their backups.

import { FSx } from "@aws-sdk/client-fsx";
import { TestCloud, until } from "./cloud";

jest.setTimeout(60_000);

let cloud: TestCloud;
let FileSystemId: string;
let svmId: string;

beforeAll(async () => {
  cloud = await TestCloud.start(1_000); // slow enough that a file system is seen while it is made
  const { subnetIds } = await cloud.network();
  const { FileSystem } = await cloud.fsx.createFileSystem({
    FileSystemType: "ONTAP",
    StorageCapacity: 1024,
    SubnetIds: [subnetIds[0]],
    OntapConfiguration: { DeploymentType: "SINGLE_AZ_1", ThroughputCapacity: 128 },
  });
  FileSystemId = FileSystem!.FileSystemId!;
});
afterAll(() => cloud.stop());

const badRequest = (message: RegExp) => ({ name: "BadRequest", message: expect.stringMatching(message) });
const createSvm = (Name: string) => cloud.fsx.createStorageVirtualMachine({ FileSystemId, Name });
const svmIn = (id: string, state: string) =>
  until(
    async () =>
      (await cloud.fsx.describeStorageVirtualMachines({ StorageVirtualMachineIds: [id] }))
        .StorageVirtualMachines![0],
    (s) => s.Lifecycle === state,
  );
const createVolume = (Name: string, ontap: object = {}) =>
  cloud.fsx.createVolume({
    VolumeType: "ONTAP",
    Name,
    OntapConfiguration: {
      StorageVirtualMachineId: svmId,
      JunctionPath: `/${Name}`,
      SizeInMegabytes: 1024,
      StorageEfficiencyEnabled: true,
      ...ontap,
    },
  });
const volumeIn = (id: string, state: string) =>
  until(
    async () => (await cloud.fsx.describeVolumes({ VolumeIds: [id] })).Volumes![0],
    (v) => v.Lifecycle === state,
  );

describe("a storage virtual machine", () => {
  test("needs an AVAILABLE file system", async () => {
    await expect(createSvm("files")).rejects.toMatchObject(badRequest(/AVAILABLE/));
    await until(
      async () => (await cloud.fsx.describeFileSystems({})).FileSystems![0],
      (f) => f.Lifecycle === "AVAILABLE",
    );
  });

  test("is CREATED with endpoints and a root volume (StorageVirtualMachine, API Reference)", async () => {
    const { StorageVirtualMachine } = await createSvm("files");
    expect(StorageVirtualMachine!.Lifecycle).toBe("CREATING");
    svmId = StorageVirtualMachine!.StorageVirtualMachineId!;
    expect(await svmIn(svmId, "CREATED")).toMatchObject({
      Name: "files",
      Subtype: "DEFAULT",
      RootVolumeSecurityStyle: "UNIX",
      Endpoints: { Nfs: { DNSName: expect.stringContaining(svmId) } },
    });
    const { Volumes } = await cloud.fsx.describeVolumes({
      Filters: [{ Name: "storage-virtual-machine-id", Values: [svmId] }],
    });
    expect(Volumes).toHaveLength(1);
    expect(Volumes![0]).toMatchObject({
      Name: "files_root",
      OntapConfiguration: { StorageVirtualMachineRoot: true },
    });
  });

  test("has a name of its own, and there are six at most («Quotas», User Guide)", async () => {
    await expect(createSvm("files")).rejects.toMatchObject(badRequest(/name files exists/));
    for (let i = 2; i <= 6; i++) await createSvm(`files${i}`);
    await expect(createSvm("files7")).rejects.toMatchObject(badRequest(/can have 6/));
  });

  test("that is not there is StorageVirtualMachineNotFound", async () => {
    const call = cloud.fsx.deleteStorageVirtualMachine({ StorageVirtualMachineId: "svm-00000000000000000" });
    await expect(call).rejects.toMatchObject({ name: "StorageVirtualMachineNotFound" });
  });
});

describe("a volume", () => {
  test("is CREATED with ONTAP's defaults (OntapVolumeConfiguration, API Reference)", async () => {
    const { Volume } = await createVolume("data");
    expect(await volumeIn(Volume!.VolumeId!, "CREATED")).toMatchObject({
      Name: "data",
      VolumeType: "ONTAP",
      OntapConfiguration: {
        JunctionPath: "/data",
        OntapVolumeType: "RW",
        SecurityStyle: "UNIX",
        SizeInMegabytes: 1024,
        SizeInBytes: 1024 * 1024 * 1024,
        TieringPolicy: { Name: "SNAPSHOT_ONLY" },
      },
    });
  });

  test.each([
    ["a name that ONTAP has not", "no-dash", {}, /letters, digits and _/],
    ["a name that is taken", "data", { JunctionPath: "/other" }, /name data exists/],
    ["a path that is taken", "other", { JunctionPath: "/data" }, /junction path \/data exists/],
    ["a path without a slash", "other", { JunctionPath: "other" }, /begin with a slash/],
    ["no size", "other", { SizeInMegabytes: undefined }, /is required/],
    ["two sizes", "other", { SizeInBytes: 1e10 }, /not both/],
    ["too small a size", "other", { SizeInMegabytes: 1 }, /20 MiB at least/],
    [
      "a RW volume without a word on efficiency",
      "other",
      { StorageEfficiencyEnabled: undefined },
      /StorageEfficiencyEnabled/,
    ],
  ])("refuses %s", async (_what, name, ontap, message) => {
    await expect(createVolume(name, ontap)).rejects.toMatchObject(badRequest(message));
  });

  test("is changed in place", async () => {
    const [volume] = (await cloud.fsx.describeVolumes({})).Volumes!.filter((v) => v.Name === "data");
    const { Volume } = await cloud.fsx.updateVolume({
      VolumeId: volume.VolumeId,
      OntapConfiguration: { SizeInMegabytes: 2048, TieringPolicy: { Name: "AUTO", CoolingPeriod: 31 } },
    });
    expect(Volume!.OntapConfiguration).toMatchObject({
      SizeInMegabytes: 2048,
      TieringPolicy: { Name: "AUTO" },
    });
  });

  test("the same request token makes it once", async () => {
    const request = {
      ClientRequestToken: "once",
      VolumeType: "ONTAP" as const,
      Name: "once",
      OntapConfiguration: {
        StorageVirtualMachineId: svmId,
        SizeInMegabytes: 100,
        StorageEfficiencyEnabled: false,
      },
    };
    const [first, second] = [await cloud.fsx.createVolume(request), await cloud.fsx.createVolume(request)];
    expect(second.Volume!.VolumeId).toBe(first.Volume!.VolumeId);
    await volumeIn(first.Volume!.VolumeId!, "CREATED");
  });

  test("root volumes stay with their SVM", async () => {
    const [root] = (await cloud.fsx.describeVolumes({})).Volumes!.filter((v) => v.Name === "files_root");
    const deleted = cloud.fsx.deleteVolume({ VolumeId: root.VolumeId });
    await expect(deleted).rejects.toMatchObject(badRequest(/root volume/));
  });
});

describe("backups of volumes", () => {
  const volume = async (name: string) =>
    (await cloud.fsx.describeVolumes({})).Volumes!.find((v) => v.Name === name)!;
  const available = (id: string) =>
    until(
      async () => (await cloud.fsx.describeBackups({ BackupIds: [id] })).Backups![0],
      (b) => b.Lifecycle === "AVAILABLE",
    );

  test("remember volume and file system (Backup, API Reference), and bring the volume back under another name", async () => {
    const { VolumeId } = await volume("data");
    const { Backup } = await cloud.fsx.createBackup({ VolumeId, Tags: [{ Key: "Name", Value: "mine" }] });
    expect(await available(Backup!.BackupId!)).toMatchObject({
      Type: "USER_INITIATED",
      ResourceType: "VOLUME",
      Volume: { VolumeId },
      FileSystem: { FileSystemId },
      Tags: [{ Key: "Name", Value: "mine" }],
    });
    const { Volume } = await cloud.fsx.createVolumeFromBackup({
      BackupId: Backup!.BackupId,
      Name: "restored",
      OntapConfiguration: {
        StorageVirtualMachineId: svmId,
        SizeInMegabytes: 2048,
        StorageEfficiencyEnabled: true,
      },
    });
    await volumeIn(Volume!.VolumeId!, "CREATED");
  });

  test("of file systems as a whole are not for ONTAP (CreateBackup, API Reference)", async () => {
    await expect(cloud.fsx.createBackup({ FileSystemId })).rejects.toMatchObject(
      badRequest(/volume by volume/),
    );
  });

  test("are taken at deletion, unless one says not to (DeleteVolumeOntapConfiguration, API Reference)", async () => {
    const { VolumeId } = await volume("restored");
    const { OntapResponse } = await cloud.fsx.deleteVolume({ VolumeId });
    await available(OntapResponse!.FinalBackupId!);
    const once = (await volume("once")).VolumeId;
    const skipped = await cloud.fsx.deleteVolume({
      VolumeId: once,
      OntapConfiguration: { SkipFinalBackup: true },
    });
    expect(skipped.OntapResponse).toBeUndefined();
  });

  test("are copied to another region, with a key of that region (CopyBackup, API Reference)", async () => {
    const there = new FSx({
      endpoint: cloud.url,
      region: "eu-west-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
    const [source] = (await cloud.fsx.describeBackups({})).Backups!;
    const copy = (more: object) =>
      there.copyBackup({ SourceBackupId: source.BackupId, SourceRegion: "eu-central-1", ...more });
    await expect(copy({})).rejects.toMatchObject({ name: "InvalidDestinationKmsKey" });
    const { Backup } = await copy({ KmsKeyId: "arn:aws:kms:eu-west-1:123456789012:key/k", CopyTags: true });
    expect(Backup).toMatchObject({
      SourceBackupId: source.BackupId,
      SourceBackupRegion: "eu-central-1",
      Tags: source.Tags,
    });
  });

  test("are taken daily, and kept for the file system's retention («Automatic daily backups», User Guide)", async () => {
    const automatic = async () =>
      (await cloud.fsx.describeBackups({ Filters: [{ Name: "backup-type", Values: ["AUTOMATIC"] }] }))
        .Backups!;
    await cloud.fsx.updateFileSystem({
      FileSystemId,
      OntapConfiguration: { AutomaticBackupRetentionDays: 2 },
    });
    await cloud.advanceClock(24 * 3600);
    expect((await automatic()).length).toBeGreaterThan(0);
    await cloud.advanceClock(10 * 24 * 3600);
    for (const { CreationTime } of await automatic()) {
      const now = Date.parse(
        ((await (await fetch(`${cloud.url}/_local/health`)).json()) as { now: string }).now,
      );
      expect(now - CreationTime!.getTime()).toBeLessThanOrEqual(2 * 24 * 3600 * 1000 + 5000);
    }
    await cloud.fsx.updateFileSystem({
      FileSystemId,
      OntapConfiguration: { AutomaticBackupRetentionDays: 0 },
    });
    await cloud.advanceClock(10 * 24 * 3600);
    expect(await automatic()).toEqual([]);
  });

  test("are found by filter and deleted", async () => {
    const { VolumeId } = await volume("data");
    const { Backups } = await cloud.fsx.describeBackups({
      Filters: [{ Name: "volume-id", Values: [VolumeId!] }],
    });
    expect(Backups).toHaveLength(1);
    expect(await cloud.fsx.deleteBackup({ BackupId: Backups![0].BackupId })).toMatchObject({
      Lifecycle: "DELETED",
    });
  });
});

test("volumes go before their SVM, and SVMs before their file system (DeleteFileSystem, API Reference)", async () => {
  await expect(cloud.fsx.deleteFileSystem({ FileSystemId })).rejects.toMatchObject(
    badRequest(/storage virtual machines/),
  );
  const remove = () => cloud.fsx.deleteStorageVirtualMachine({ StorageVirtualMachineId: svmId });
  await expect(remove()).rejects.toMatchObject(badRequest(/Delete the volumes/));
  const others = (await cloud.fsx.describeVolumes({})).Volumes!.filter(
    (v) => !v.OntapConfiguration!.StorageVirtualMachineRoot,
  );
  for (const { VolumeId, Lifecycle } of others)
    if (Lifecycle !== "DELETING")
      await cloud.fsx.deleteVolume({ VolumeId, OntapConfiguration: { SkipFinalBackup: true } });
  await until(
    () => cloud.fsx.describeVolumes({ Filters: [{ Name: "storage-virtual-machine-id", Values: [svmId] }] }),
    (a) => a.Volumes!.length === 1,
  );
  for (const { StorageVirtualMachineId } of (await cloud.fsx.describeStorageVirtualMachines({}))
    .StorageVirtualMachines!)
    await cloud.fsx.deleteStorageVirtualMachine({ StorageVirtualMachineId });
  await until(
    () => cloud.fsx.describeStorageVirtualMachines({}),
    (a) => a.StorageVirtualMachines!.length === 0,
  );
  expect((await cloud.fsx.describeVolumes({})).Volumes).toEqual([]);
  await cloud.fsx.deleteFileSystem({ FileSystemId });
});
