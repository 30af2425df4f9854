// What UpdateFileSystem has begun, and what is allowed meanwhile. Source: AdministrativeAction, UpdateFileSystem, Amazon FSx API Reference;
// «Monitoring storage capacity and IOPS updates», FSx for ONTAP User Guide.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Network, TestCloud, until } from "./cloud";

let state: string;
let cloud: TestCloud;
let FileSystemId: string;

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), "state-"));
  const fast = await TestCloud.start(10_000, state);
  const network: Network = await fast.network();
  const { FileSystem } = await fast.fsx.createFileSystem({
    FileSystemType: "ONTAP",
    StorageCapacity: 1024,
    SubnetIds: [network.subnetIds[0]],
    OntapConfiguration: { DeploymentType: "SINGLE_AZ_1", ThroughputCapacity: 128 },
  });
  FileSystemId = FileSystem!.FileSystemId!;
  await until(
    () => fast.fsx.describeFileSystems({}),
    ({ FileSystems }) => FileSystems![0].Lifecycle === "AVAILABLE",
  );
  await fast.stop();
  // At AWS's own pace nothing happens before the clock is moved.
  cloud = await TestCloud.start(1, state);
});
afterAll(async () => {
  await cloud.stop();
  rmSync(state, { recursive: true });
});

const seen = async () => {
  const [{ Lifecycle, StorageCapacity, AdministrativeActions = [] }] = (
    await cloud.fsx.describeFileSystems({})
  ).FileSystems!;
  const actions = AdministrativeActions.map((a) =>
    [a.AdministrativeActionType, a.Status, a.ProgressPercent].filter((part) => part !== undefined).join(" "),
  );
  return { Lifecycle, StorageCapacity, actions };
};
const grow = (StorageCapacity: number) => cloud.fsx.updateFileSystem({ FileSystemId, StorageCapacity });

test("one that was never updated has none", async () => {
  expect((await seen()).actions).toEqual([]);
});

test("an increase of storage is an update and an optimisation, from PENDING to COMPLETED", async () => {
  const { FileSystem } = await grow(2048);
  expect(FileSystem!.AdministrativeActions).toMatchObject([
    {
      AdministrativeActionType: "FILE_SYSTEM_UPDATE",
      Status: "PENDING",
      RequestTime: expect.any(Date),
      TargetFileSystemValues: { StorageCapacity: 2048 },
    },
    { AdministrativeActionType: "STORAGE_OPTIMIZATION", Status: "PENDING" },
  ]);
  await cloud.advanceClock(60);
  expect(await seen()).toEqual({
    Lifecycle: "UPDATING",
    StorageCapacity: 1024,
    actions: ["FILE_SYSTEM_UPDATE IN_PROGRESS", "STORAGE_OPTIMIZATION PENDING"],
  });
  await cloud.advanceClock(60);
  expect(await seen()).toEqual({
    Lifecycle: "AVAILABLE",
    StorageCapacity: 2048,
    actions: ["FILE_SYSTEM_UPDATE UPDATED_OPTIMIZING", "STORAGE_OPTIMIZATION IN_PROGRESS 0"],
  });
  await cloud.advanceClock(100 * 60);
  expect((await seen()).actions).toEqual([
    "FILE_SYSTEM_UPDATE UPDATED_OPTIMIZING",
    "STORAGE_OPTIMIZATION IN_PROGRESS 50",
  ]);
});

test("meanwhile it serves, takes other changes, machines and volumes, and refuses another change of its size", async () => {
  await expect(grow(4096)).rejects.toMatchObject({
    name: "BadRequest",
    message: expect.stringMatching(/in progress: UPDATED_OPTIMIZING/),
  });
  await cloud.fsx.updateFileSystem({
    FileSystemId,
    OntapConfiguration: { AutomaticBackupRetentionDays: 7, FsxAdminPassword: "Secret-password-1" },
  });
  expect((await seen()).Lifecycle).toBe("UPDATING");
  const { StorageVirtualMachine } = await cloud.fsx.createStorageVirtualMachine({
    FileSystemId,
    Name: "one",
  });
  expect(StorageVirtualMachine!.Lifecycle).toBe("CREATING");
  const { FileSystems } = await cloud.fsx.describeFileSystems({});
  const [{ TargetFileSystemValues }] = FileSystems![0].AdministrativeActions!;
  expect(TargetFileSystemValues).toEqual({ OntapConfiguration: { AutomaticBackupRetentionDays: 7 } });
});

test("it is COMPLETED once it is optimised, and can be changed again six hours after the request", async () => {
  await cloud.advanceClock(90 * 60);
  expect((await seen()).actions).toEqual([
    "FILE_SYSTEM_UPDATE COMPLETED",
    "FILE_SYSTEM_UPDATE COMPLETED",
    "STORAGE_OPTIMIZATION COMPLETED 100",
  ]);
  await expect(grow(4096)).rejects.toMatchObject({ message: expect.stringMatching(/six hours/) });
  await cloud.advanceClock(3 * 3600);
  await grow(4096);
});
