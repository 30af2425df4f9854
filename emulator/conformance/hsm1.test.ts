// What is other on hsm1.medium: fewer keys, and the way up to hsm2m.medium.
// Source: «Cluster modes and HSM types», «Quotas», AWS CloudHSM User Guide; ModifyCluster, API Reference.

import { activeCluster, connectedStore } from "./chain";
import { TestCloud, until } from "./cloud";

let cloud: TestCloud;
let clusterId: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
});
afterAll(() => cloud.stop());

test("it takes 3,300 keys («Quotas», User Guide); the local cloud can be told fewer", async () => {
  const chain = await activeCluster(cloud, 2, "hsm1.medium");
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
