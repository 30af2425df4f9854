// Backups of volumes by the operator: listed, taken, restored into volumes, which are changed and deleted by it.

import { Network, TestCloud, until } from "../../emulator/conformance/cloud";
import { killedAtEachChange, Operator } from "../../emulator/conformance/operator";

const GIB = 1024 ** 3;
const OTHER = "backup-0123456789abcdef0";

let cloud: TestCloud;
let network: Network;
let operator: Operator;
let fileSystemId: string;
let machine: string;
let source: string;
let backup: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
  network = await cloud.network();
  operator = await Operator.create(cloud, network);
  fileSystemId = await cloud.availableFileSystem(network.subnetIds[0]);
  machine = await cloud.createdMachine(fileSystemId);
  source = (
    await cloud.fsx.createVolume({
      VolumeType: "ONTAP",
      Name: "data",
      OntapConfiguration: {
        StorageVirtualMachineId: machine,
        SizeInMegabytes: 2048,
        StorageEfficiencyEnabled: true,
        JunctionPath: "/data",
        SecurityStyle: "MIXED",
        TieringPolicy: { Name: "AUTO", CoolingPeriod: 60 },
        CopyTagsToBackups: true,
      },
      Tags: [
        { Key: "Name", Value: "data" },
        { Key: "Team", Value: "research" },
      ],
    })
  ).Volume!.VolumeId!;
  await until(
    async () => (await cloud.fsx.describeVolumes({ VolumeIds: [source] })).Volumes![0],
    (v) => v.Lifecycle === "CREATED",
  );
});
afterAll(() => cloud.stop());

const named = async (name: string) =>
  (await cloud.fsx.describeVolumes({})).Volumes!.find((v) => v.Name === name);
const restore = (name: string, more: object = {}) =>
  operator.invoke({
    action: "restore-volume",
    storageVirtualMachineId: machine,
    name,
    backupId: backup,
    ...more,
  });
const remove = (name: string, more: object = {}) =>
  operator.invoke({
    action: "delete-volume",
    storageVirtualMachineId: machine,
    name,
    backupId: backup,
    ...more,
  });

test("create-volume-backup waits until the backup is AVAILABLE; runs with the same token make one, with the volume's tags", async () => {
  const take = () =>
    operator.invoke({ action: "create-volume-backup", volumeId: source, requestToken: "one" });
  const { answer } = await take();
  expect(answer).toMatchObject({ status: "done" });
  expect((await take()).answer.backupId).toBe(answer.backupId);
  backup = answer.backupId as string;
  const { Backups } = await cloud.fsx.describeBackups({});
  expect(Backups).toHaveLength(1);
  expect(Backups![0]).toMatchObject({
    BackupId: backup,
    Lifecycle: "AVAILABLE",
    Type: "USER_INITIATED",
    Tags: [
      { Key: "Name", Value: "data" },
      { Key: "Team", Value: "research" },
    ],
  });
});

test("list-volume-backups has the backups, the newest first, and the volumes that can be backed up, over all pages", async () => {
  await operator.invoke({ action: "create-volume-backup", volumeId: source, requestToken: "two" });
  const { answer } = await operator.invoke({ action: "list-volume-backups", fileSystemId });
  const volume = { VolumeId: source, StorageVirtualMachineId: machine };
  expect(answer.volumes).toEqual([{ ...volume, Name: "data" }]);
  const times = (answer.backups as { CreationTime: number }[]).map((b) => b.CreationTime);
  expect(times).toHaveLength(2);
  expect(times[0]).toBeGreaterThanOrEqual(times[1]);
  expect(answer.backups).toContainEqual(
    expect.objectContaining({ BackupId: backup, VolumeName: "data", Lifecycle: "AVAILABLE", ...volume }),
  );
});

describe("restore-volume", () => {
  test("makes a volume of the backup's size, security style and tiering, mounted by its own name, and makes it once", async () => {
    const { answer } = await restore("again");
    const volume = await named("again");
    expect(answer).toEqual({ status: "done", restored: "now", volumeId: volume!.VolumeId });
    expect(volume).toMatchObject({
      Lifecycle: "CREATED",
      OntapConfiguration: {
        SizeInBytes: 2 * GIB,
        JunctionPath: "/again",
        SecurityStyle: "MIXED",
        TieringPolicy: { Name: "AUTO", CoolingPeriod: 60 },
      },
    });
    expect(volume!.Tags).toEqual(
      expect.arrayContaining([
        { Key: "Name", Value: "again" },
        { Key: "Team", Value: "research" },
      ]),
    );
    expect((await restore("again")).answer).toMatchObject({
      restored: "before",
      volumeId: volume!.VolumeId,
    });
  });

  test("brings the volume to a changed configuration, in place", async () => {
    const { VolumeId } = (await named("again"))!;
    const configuration = {
      SizeInBytes: 3 * GIB,
      JunctionPath: "/moved",
      StorageEfficiencyEnabled: false,
      SnapshotPolicy: "none",
      TieringPolicy: { Name: "NONE" },
    };
    expect((await restore("again", { configuration })).answer).toMatchObject({
      status: "done",
      volumeId: VolumeId,
    });
    expect((await named("again"))!.OntapConfiguration).toMatchObject(configuration);
    const before = (await cloud.recordedCalls()).length;
    await restore("again", { configuration });
    const calls = (await cloud.recordedCalls()).slice(before).map((call) => call.operation);
    expect(calls).not.toContain("UpdateVolume");
  });

  test("refuses a name that another volume has, also one from another backup, and changes nothing", async () => {
    expect(await restore("data")).toMatchObject({
      failed: true,
      answer: { errorType: "VolumeExists", errorMessage: expect.stringContaining("is not from") },
    });
    expect(await restore("again", { backupId: OTHER })).toMatchObject({
      failed: true,
      answer: { errorType: "VolumeExists", errorMessage: expect.stringContaining(`restored from ${backup}`) },
    });
  });

  test("of a backup that is not there fails with FSx's error", async () => {
    expect(await restore("never", { backupId: OTHER })).toMatchObject({
      failed: true,
      answer: { errorType: "BackupNotFound" },
    });
    expect(await named("never")).toBeUndefined();
  });

  test("that FSx cannot finish says why, and how to go on", async () => {
    await cloud.post("faults", { operation: "CreateVolumeFromBackup", fault: "creation-fails" });
    const { answer } = await restore("broken");
    await cloud.endFaults();
    expect(answer).toMatchObject({ errorType: "VolumeNotRestored" });
    expect(answer.errorMessage).toMatch(/could not be read\. Delete it, then run it again/);
    expect((await restore("broken")).answer).toMatchObject({ errorType: "VolumeNotRestored" });
    expect(await remove("broken")).toMatchObject({ failed: false });
    expect((await restore("broken")).answer).toMatchObject({ restored: "now" });
  });

  test("killed at each of its changes, and with a lost answer, makes one volume", async () => {
    const configuration = { SizeInBytes: 4 * GIB };
    await cloud.post("snapshots", { name: "before" });
    const kills = await killedAtEachChange(cloud, operator, {
      prepare: () => cloud.post("snapshots/before/restore"),
      run: () => restore("twice", { configuration }),
      check: async ({ failed }) => {
        expect(failed).toBe(false);
        const all = (await cloud.fsx.describeVolumes({})).Volumes!.filter((v) => v.Name === "twice");
        expect(all).toHaveLength(1);
        expect(all[0].OntapConfiguration!.SizeInBytes).toBe(4 * GIB);
      },
    });
    expect(kills).toBeGreaterThan(0);
    await cloud.post("faults", { operation: "CreateVolumeFromBackup", fault: "lose-answer" });
    expect((await restore("lost")).answer).toMatchObject({ status: "done", restored: "now" });
    await cloud.endFaults();
  });
});

describe("delete-volume", () => {
  test("leaves a volume alone that it has not restored, or not from this backup", async () => {
    expect((await remove("data")).answer).toEqual({ status: "done" });
    expect((await remove("again", { backupId: OTHER })).answer).toEqual({ status: "done" });
    expect((await named("data"))!.Lifecycle).toBe("CREATED");
    expect((await named("again"))!.Lifecycle).toBe("CREATED");
  });

  test("deletes it, with a final backup where that is wanted, and waits until it is gone", async () => {
    const { answer } = await remove("again", { finalBackup: true, finalBackupName: "files again final" });
    expect(answer).toMatchObject({ status: "done", finalBackupId: expect.stringMatching(/^backup-/) });
    expect(await named("again")).toBeUndefined();
    const BackupIds = [answer.finalBackupId as string];
    expect((await cloud.fsx.describeBackups({ BackupIds })).Backups![0].Tags).toEqual([
      { Key: "Name", Value: "files again final" },
    ]);
    expect((await remove("again")).answer).toEqual({ status: "done" });
  });

  test("without a final backup", async () => {
    const before = (await cloud.fsx.describeBackups({})).Backups!.length;
    expect((await remove("lost")).answer).toEqual({ status: "done" });
    expect(await named("lost")).toBeUndefined();
    expect((await cloud.fsx.describeBackups({})).Backups).toHaveLength(before);
  });
});
