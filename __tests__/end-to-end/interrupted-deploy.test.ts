// A deploy that is killed at every step of the chain, and run again each time, ends like one that nothing disturbed.

import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { EC2 } from "@aws-sdk/client-ec2";
import { FSx } from "@aws-sdk/client-fsx";
import { KMS } from "@aws-sdk/client-kms";
import { Deployment } from "./deployment";

/** After which call, and its how manieth success, the deploy ends: in the order of the chain. */
const ENDS: [how: "killed" | "cut off" | "interrupted", call: string, times: number][] = [
  ["killed", "CreateVpc", 1],
  ["cut off", "CreateCluster", 1],
  ["interrupted", "CreateHsm", 1],
  ["killed", "InitializeCluster", 1],
  ["cut off", "hsm cluster-activate", 1],
  ["killed", "hsm user-create", 1],
  ["killed", "CreateHsm", 2],
  ["killed", "CreateCustomKeyStore", 1],
  ["killed", "ConnectCustomKeyStore", 1],
  ["killed", "CreateKey", 2], // the first is the operator's, for its secrets
  ["cut off", "CreateFileSystem", 1],
  ["killed", "CreateStorageVirtualMachine", 1],
  ["killed", "CreateVolume", 1],
];

const fileSystem = { volumes: [{ name: "files", sizeGib: 10 }] };
let deployment: Deployment;

beforeAll(async () => {
  deployment = await Deployment.start("interrupted", { fileSystem });
});
afterAll(() => deployment.stop());

test.each(ENDS)("is %s after %s (%d)", async (how, call, times) => {
  if (how === "killed") await deployment.deployKilledAt(call, times);
  else if (how === "cut off") await deployment.deployCutOffAt(call, times);
  else await deployment.deployInterruptedAt(call, times);
});

test("then runs to its end", async () => {
  const { status, output } = await deployment.deploy();
  expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
});

test("and leaves a second plan without changes", async () => {
  const { status, output } = await deployment.plan();
  expect(output).toContain("No changes.");
  expect(status).toBe(0);
});

test("and nothing twice", async () => {
  const { Clusters } = await new CloudHSMV2(deployment.client).describeClusters({});
  expect(Clusters).toHaveLength(1);
  expect(Clusters![0].Hsms!.map((h) => h.AvailabilityZone).sort()).toEqual([
    "eu-central-1a",
    "eu-central-1b",
  ]);
  const kms = new KMS(deployment.client);
  expect((await kms.describeCustomKeyStores({})).CustomKeyStores).toHaveLength(1);
  const { Keys } = await kms.listKeys({});
  const customer = await Promise.all(Keys!.map(({ KeyId }) => kms.describeKey({ KeyId })));
  expect(customer.filter((k) => k.KeyMetadata!.Origin === "AWS_CLOUDHSM")).toHaveLength(1);
  const fsx = new FSx(deployment.client);
  expect((await fsx.describeFileSystems({})).FileSystems).toHaveLength(1);
  expect((await fsx.describeStorageVirtualMachines({})).StorageVirtualMachines).toHaveLength(1);
  const { Volumes } = await fsx.describeVolumes({});
  expect(Volumes!.filter((v) => v.Name === "files")).toHaveLength(1);
  const { Vpcs } = await new EC2(deployment.client).describeVpcs({
    Filters: [{ Name: "tag:Name", Values: ["safe-storage"] }],
  });
  expect(Vpcs).toHaveLength(1);
});

test("and can be changed then: the key store gets another name, in place", async () => {
  const kms = new KMS(deployment.client);
  const store = async () => (await kms.describeCustomKeyStores({})).CustomKeyStores![0];
  const before = await store();
  deployment.configure({ fileSystem, keyStoreName: "renamed" });
  expect(await deployment.deploy()).toMatchObject({ status: 0 });
  expect(await store()).toEqual({ ...before, CustomKeyStoreName: "renamed" });
  expect(await deployment.plan()).toMatchObject({ status: 0 });
});

test("and the admin's password in Secrets Manager opens the HSMs: activate logs in with it, or fails", async () => {
  const answer = await deployment.operator("activate", { last: true });
  expect(answer).toEqual({ status: "done", clusterState: "ACTIVE" });
});
