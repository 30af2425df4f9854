// What is other on hsm1.medium: none is made any more, those that are there take fewer keys, and move up to hsm2m.medium.
// Source: «Cluster modes and HSM types», «Quotas», AWS CloudHSM User Guide; ModifyCluster, API Reference.

import { activeCluster, connectedStore } from "./chain";
import { TestCloud, until } from "./cloud";

let cloud: TestCloud;
let clusterId: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
});
afterAll(() => cloud.stop());

test("it cannot be made any more (RadiumGu/pix-proxy-samples, README-CloudHSM.md: CreateCluster's answer on 2026-09-20)", async () => {
  const network = await cloud.network();
  await expect(cloud.newCluster(network, "hsm1.medium")).rejects.toMatchObject({
    name: "CloudHsmInvalidRequestException",
    message: "Provided HsmType is not supported.",
  });
});

test("it takes 3,300 keys («Quotas», User Guide); the local cloud can be given a smaller number", async () => {
  const chain = await activeCluster(cloud, 2, (id) => cloud.post("hsm1-cluster", { clusterId: id }));
  clusterId = chain.clusterId;
  const CustomKeyStoreId = await connectedStore(cloud, chain);
  await fetch(`${cloud.url}/_local/quotas`, {
    method: "POST",
    body: JSON.stringify({ "keys on hsm1.medium": 2 }),
  });
  const create = () => cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId });
  await create();
  await create();
  await expect(create()).rejects.toMatchObject({ name: "LimitExceededException" });
});

test("its backups become clusters of hsm2m.medium («Migrating from hsm1.medium to hsm2m.medium», User Guide)", async () => {
  const { SubnetMapping } = await cloud.cluster(clusterId);
  const { Backups } = await until(
    () => cloud.hsm.describeBackups({ Filters: { clusterIds: [clusterId] } }),
    (a) => a.Backups![0]?.BackupState === "READY",
  );
  const create = (HsmType: string) =>
    cloud.callHsm("CreateCluster", {
      HsmType,
      SubnetIds: Object.values(SubnetMapping!),
      SourceBackupId: Backups![0].BackupId,
    });
  const { Backups: raw } = await cloud.callHsm("DescribeBackups", {});
  expect(raw[0]).toMatchObject({ HsmType: "hsm1.medium" });
  await expect(create("hsm1.medium")).rejects.toThrow("Provided HsmType is not supported.");
  expect((await create("hsm2m.medium")).Cluster).toMatchObject({ HsmType: "hsm2m.medium" });
});

test("it moves up, and back within a day («Migrating from hsm1.medium to hsm2m.medium», User Guide)", async () => {
  const modify = (HsmType: string) => cloud.callHsm("ModifyCluster", { ClusterId: clusterId, HsmType });
  const is = (state: string) =>
    until(
      () => cloud.cluster(clusterId),
      (c) => c.State === state,
    );
  await expect(modify("hsm1.medium")).rejects.toMatchObject({ name: "CloudHsmInvalidRequestException" });
  expect((await modify("hsm2m.medium")).Cluster).toMatchObject({
    HsmType: "hsm2m.medium",
    State: "MODIFY_IN_PROGRESS",
  });
  await is("ACTIVE");
  expect((await modify("hsm1.medium")).Cluster.State).toBe("ROLLBACK_IN_PROGRESS");
  await is("ACTIVE");
  await modify("hsm2m.medium");
  await is("ACTIVE");
  await cloud.advanceClock(25 * 3600);
  await expect(modify("hsm1.medium")).rejects.toMatchObject({ name: "CloudHsmInvalidRequestException" });
});
