// FSx for ONTAP: storage virtual machines, volumes and their backups.
// Source, where a test names none: Amazon FSx API Reference.

import { FSx } from "@aws-sdk/client-fsx";
import { TestCloud, until } from "./cloud";

let cloud: TestCloud;
let FileSystemId: string;
let svmId: string;

beforeAll(async () => {
  cloud = await TestCloud.start(400); // slow enough that what is being made is seen so, also where the machine has more to do
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

  test("has a name of its own, and there are six at most at 128 MBps («Maximum number of SVMs per file system», User Guide)", async () => {
    await expect(createSvm("files")).rejects.toMatchObject(badRequest(/name files exists/));
    for (let i = 2; i <= 6; i++) await createSvm(`files${i}`);
    await expect(createSvm("files7")).rejects.toMatchObject({
      name: "ServiceLimitExceeded",
      Limit: "STORAGE_VIRTUAL_MACHINES_PER_FILE_SYSTEM",
    });
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

  const ontapOf = async (Name: string, ontap: object) =>
    (await createVolume(Name, { JunctionPath: `/${Name}`, ...ontap })).Volume!.OntapConfiguration!;
  const of = (gib: number) => ({ SizeInMegabytes: undefined, SizeInBytes: gib * 1024 ** 3 });
  const years = (Value: number) => ({ Type: "YEARS" as const, Value });
  const lock = (more: object = {}) => ({ SnaplockConfiguration: { SnaplockType: "ENTERPRISE", ...more } });
  const retention = (min: object, usual: object, max: object) => ({
    RetentionPeriod: { MinimumRetention: min, DefaultRetention: usual, MaximumRetention: max },
  });

  test("tiers as its policy's defaults say: 31 days for AUTO, 2 for SNAPSHOT_ONLY (TieringPolicy)", async () => {
    expect(await ontapOf("tier1", { TieringPolicy: { Name: "AUTO" } })).toMatchObject({
      TieringPolicy: { Name: "AUTO", CoolingPeriod: 31 },
    });
    expect(await ontapOf("tier2", {})).toMatchObject({
      TieringPolicy: { Name: "SNAPSHOT_ONLY", CoolingPeriod: 2 },
    });
    const { TieringPolicy } = await ontapOf("tier3", { TieringPolicy: { Name: "ALL" } });
    expect(TieringPolicy).toEqual({ Name: "ALL" });
  });

  test("lies on its aggregates, eight constituents on each for a FlexGroup (CreateAggregateConfiguration)", async () => {
    expect(await ontapOf("flexvol", {})).toMatchObject({ AggregateConfiguration: { Aggregates: ["aggr1"] } });
    expect(await ontapOf("flexgroup", { ...of(800), VolumeStyle: "FLEXGROUP" })).toMatchObject({
      AggregateConfiguration: { Aggregates: ["aggr1"], TotalConstituents: 8 },
    });
  });

  test.each([
    ["a FlexGroup volume below 800 GiB", { ...of(799), VolumeStyle: "FLEXGROUP" }],
    ["a FlexVol volume above 300 TiB", of(300 * 1024 + 1)],
  ])("refuses %s («Quotas», FSx for ONTAP User Guide)", async (_what, ontap) => {
    await expect(createVolume("size", ontap)).rejects.toMatchObject(
      badRequest(/volume has (800 GiB at least|300 TiB at most)/),
    );
  });

  test("has SnapLock's defaults; a permanently disabled privileged delete stays (CreateSnaplockConfiguration)", async () => {
    const { Volume } = await createVolume("locked", lock());
    const VolumeId = Volume!.VolumeId!;
    expect((await volumeIn(VolumeId, "CREATED")).OntapConfiguration!.SnaplockConfiguration).toEqual({
      SnaplockType: "ENTERPRISE",
      AuditLogVolume: false,
      AutocommitPeriod: { Type: "NONE" },
      PrivilegedDelete: "DISABLED",
      VolumeAppendModeEnabled: false,
    });
    const set = (PrivilegedDelete: "ENABLED" | "PERMANENTLY_DISABLED") =>
      cloud.fsx.updateVolume({
        VolumeId,
        OntapConfiguration: { SnaplockConfiguration: { PrivilegedDelete } },
      });
    await set("ENABLED");
    await set("PERMANENTLY_DISABLED");
    await expect(set("ENABLED")).rejects.toMatchObject(badRequest(/permanently disabled/));
  });

  test.each([
    [
      "a cooling period that NONE has not (CoolingPeriod)",
      { TieringPolicy: { Name: "NONE", CoolingPeriod: 5 } },
      /no CoolingPeriod/,
    ],
    [
      "an aggregate that is not there (AggregateConfiguration)",
      { AggregateConfiguration: { Aggregates: ["aggr2"] } },
      /not present/,
    ],
    [
      "constituents of a FlexVol (ConstituentsPerAggregate)",
      { AggregateConfiguration: { ConstituentsPerAggregate: 4 } },
      /FlexVol/,
    ],
    [
      "privileged delete under COMPLIANCE (PrivilegedDelete)",
      lock({ SnaplockType: "COMPLIANCE", PrivilegedDelete: "ENABLED" }),
      /Enterprise/,
    ],
    [
      "an autocommit period of 4 minutes (AutocommitPeriod)",
      lock({ AutocommitPeriod: { Type: "MINUTES", Value: 4 } }),
      /between 5 and 65535/,
    ],
    [
      "25 hours of retention (RetentionPeriod)",
      lock(retention({ Type: "HOURS", Value: 25 }, years(1), years(2))),
      /between 0 and 24/,
    ],
    [
      "a value for INFINITE (RetentionPeriod)",
      lock(retention(years(1), years(1), { Type: "INFINITE", Value: 1 })),
      /has no value/,
    ],
    [
      "a default retention under the minimum (DefaultRetention)",
      lock(retention(years(2), years(1), years(3))),
      /between MinimumRetention/,
    ],
    [
      "an audit log kept for a month (AuditLogVolume)",
      lock({ AuditLogVolume: true, ...retention({ Type: "MONTHS", Value: 1 }, years(1), years(2)) }),
      /six months/,
    ],
  ])("refuses %s", async (_what, ontap, message) => {
    await expect(createVolume("refused", ontap)).rejects.toMatchObject(badRequest(message));
  });

  test("is no SnapLock volume later, nor has another name (UpdateVolume)", async () => {
    const [{ VolumeId }] = (await cloud.fsx.describeVolumes({})).Volumes!.filter((v) => v.Name === "data");
    const changed = cloud.fsx.updateVolume({
      VolumeId,
      OntapConfiguration: { SnaplockConfiguration: { AuditLogVolume: true } },
    });
    await expect(changed).rejects.toMatchObject(badRequest(/no SnapLock volume/));
    const renamed = cloud.fsx.updateVolume({ VolumeId, Name: "other", OntapConfiguration: {} });
    await expect(renamed).rejects.toMatchObject(badRequest(/name of an ONTAP volume/));
  });

  test("is one of so many on a file system («Quotas», User Guide: 500)", async () => {
    const quota = (volumes: number) =>
      fetch(`${cloud.url}/_local/quotas`, {
        method: "POST",
        body: JSON.stringify({ "volumes per ontap file system": volumes }),
      });
    await quota((await cloud.fsx.describeVolumes({})).Volumes!.length);
    await expect(createVolume("one_more")).rejects.toMatchObject({
      name: "ServiceLimitExceeded",
      Limit: "VOLUMES_PER_FILE_SYSTEM",
    });
    await quota(500);
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

  /** "You can't delete a backup while it's being used to restore a file system": BackupRestoring. In a cloud whose restores take their time. */
  async function expectKeptWhileRestored(): Promise<void> {
    const slow = await TestCloud.start(1);
    const hourLater = () => slow.advanceClock(3600);
    try {
      const { FileSystem } = await slow.fsx.createFileSystem({
        FileSystemType: "ONTAP",
        StorageCapacity: 1024,
        SubnetIds: [(await slow.network()).subnetIds[0]],
        OntapConfiguration: { DeploymentType: "SINGLE_AZ_1", ThroughputCapacity: 128 },
      });
      await hourLater();
      const { FileSystemId } = FileSystem!;
      const machine = await slow.fsx.createStorageVirtualMachine({ FileSystemId, Name: "files" });
      await hourLater();
      const StorageVirtualMachineId = machine.StorageVirtualMachine!.StorageVirtualMachineId!;
      const ontap = { StorageVirtualMachineId, SizeInMegabytes: 1024, StorageEfficiencyEnabled: true };
      const data = await slow.fsx.createVolume({
        VolumeType: "ONTAP",
        Name: "data",
        OntapConfiguration: { ...ontap, JunctionPath: "/data" },
      });
      await hourLater();
      const { Backup } = await slow.fsx.createBackup({ VolumeId: data.Volume!.VolumeId });
      await hourLater();
      const { BackupId } = Backup!;
      await slow.fsx.createVolumeFromBackup({ BackupId, Name: "restored", OntapConfiguration: ontap });
      await expect(slow.fsx.deleteBackup({ BackupId })).rejects.toMatchObject({
        name: "BackupRestoring",
        FileSystemId,
      });
    } finally {
      await slow.stop();
    }
  }

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
    await expectKeptWhileRestored();
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

  test("what a deletion may ask for depends on the volume (hashicorp/terraform-provider-aws#40353, #33043)", async () => {
    const made = async (name: string, ontap?: object) => {
      const { VolumeId } = (await createVolume(name, ontap)).Volume!;
      return (await volumeIn(VolumeId!, "CREATED")).VolumeId;
    };
    const plain = await made("plain");
    const bypass = { SkipFinalBackup: true, BypassSnaplockEnterpriseRetention: true };
    await expect(
      cloud.fsx.deleteVolume({ VolumeId: plain, OntapConfiguration: bypass }),
    ).rejects.toMatchObject(badRequest(/^BypassSnaplockEnterpriseRetention is not supported on this volume/));
    const replica = await made("replica", { OntapVolumeType: "DP", JunctionPath: undefined });
    await expect(cloud.fsx.deleteVolume({ VolumeId: replica })).rejects.toMatchObject(
      badRequest(/^In order to delete a DP Volume, SkipFinalBackup must be set to true/),
    );
    await cloud.fsx.deleteVolume({ VolumeId: replica, OntapConfiguration: { SkipFinalBackup: true } });
  });

  test("are not copied: ONTAP's guide knows no copies (CopyBackup, API Reference, names those of other file systems)", async () => {
    const [{ BackupId }] = (await cloud.fsx.describeBackups({})).Backups!;
    const there = new FSx({
      endpoint: cloud.url,
      region: "eu-west-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      maxAttempts: 1,
    });
    for (const fsx of [cloud.fsx, there])
      await expect(
        fsx.copyBackup({ SourceBackupId: BackupId, SourceRegion: "eu-central-1" }),
      ).rejects.toMatchObject({ name: "UnsupportedOperation" });
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
    // "Setting this property to 0 disables automatic backups and deletes all existing automatic backups".
    const keepFor = async (AutomaticBackupRetentionDays: number) => {
      await until(
        async () => (await cloud.fsx.describeFileSystems({})).FileSystems![0],
        (f) => f.Lifecycle === "AVAILABLE",
      );
      await cloud.fsx.updateFileSystem({
        FileSystemId,
        OntapConfiguration: { AutomaticBackupRetentionDays },
      });
    };
    await keepFor(0);
    expect(await automatic()).toEqual([]);
    await keepFor(2);
    await cloud.advanceClock(24 * 3600);
    await cloud.advanceClock(10 * 24 * 3600);
    for (const { CreationTime } of await automatic()) {
      const now = Date.parse(
        ((await (await fetch(`${cloud.url}/_local/health`)).json()) as { now: string }).now,
      );
      expect(now - CreationTime!.getTime()).toBeLessThanOrEqual(2 * 24 * 3600 * 1000 + 5000);
    }
    await keepFor(0);
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
