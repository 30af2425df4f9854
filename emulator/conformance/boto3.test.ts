// boto3 as a second client, whose models every answer is held against (boto3_conformance.py), on a whole chain.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { activeCluster, connectedStore } from "./chain";
import { TestCloud, until } from "./cloud";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await TestCloud.start(2_000);
  const chain = await activeCluster(cloud, 2);
  const { network } = chain;
  await connectedStore(cloud, chain);
  const { FileSystem } = await cloud.fsx.createFileSystem({
    FileSystemType: "ONTAP",
    StorageCapacity: 1024,
    SubnetIds: [network.subnetIds[0]],
    OntapConfiguration: { DeploymentType: "SINGLE_AZ_1", ThroughputCapacity: 128 },
  });
  const { FileSystemId } = FileSystem!;
  await until(
    () => cloud.fsx.describeFileSystems({}),
    (a) => a.FileSystems![0].Lifecycle === "AVAILABLE",
  );
  const { StorageVirtualMachine } = await cloud.fsx.createStorageVirtualMachine({
    FileSystemId,
    Name: "files",
  });
  const { StorageVirtualMachineId } = StorageVirtualMachine!;
  await until(
    () => cloud.fsx.describeStorageVirtualMachines({}),
    (a) => a.StorageVirtualMachines![0].Lifecycle === "CREATED",
  );
  await cloud.fsx.createVolume({
    VolumeType: "ONTAP",
    Name: "data",
    OntapConfiguration: { StorageVirtualMachineId, SizeInMegabytes: 1024, StorageEfficiencyEnabled: true },
  });
  await until(
    () => cloud.fsx.describeVolumes({}),
    (a) => a.Volumes!.every((v) => v.Lifecycle === "CREATED"),
  );
  await until(
    () => cloud.hsm.describeBackups({}),
    (a) => a.Backups!.some((b) => b.BackupState === "READY"),
  );
});
afterAll(() => cloud.stop());

test("every answer is what botocore's models say, every refusal has AWS's code", async () => {
  const python = join(__dirname, "../../.venv/bin/python");
  const { stdout } = await promisify(execFile)(python, [join(__dirname, "boto3_conformance.py"), cloud.url]);
  expect(stdout.trim().split("\n").length).toBeGreaterThan(60);
});
