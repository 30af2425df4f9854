// A deploy that is ended again and again, and run again each time, ends like one that nothing disturbed: for the files `interrupted-…`,
// which have a part of the chain each, since they take ten minutes.

import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { EC2 } from "@aws-sdk/client-ec2";
import { FSx } from "@aws-sdk/client-fsx";
import { KMS } from "@aws-sdk/client-kms";
import { Deployment } from "./deployment";

/** After which call, and its how manieth success, the deploy ends. */
type End = [how: "killed" | "cut off" | "interrupted", call: string, times: number];

const fileSystem = { volumes: [{ name: "files", sizeGib: 10 }] };
/** @param ends in the order of the chain. */
export function testDeployThatEnds(name: string, ends: End[]): void {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await Deployment.start(name, { fileSystem });
  });
  afterAll(() => deployment.stop());

  test.each(ends)("is %s after %s (%d)", async (how, call, times) => {
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
    const before = await deployment.keyStore();
    deployment.configure({ fileSystem, keyStore: { name: "renamed" } });
    expect(await deployment.deploy()).toMatchObject({ status: 0 });
    expect(await deployment.keyStore()).toEqual({ ...before, CustomKeyStoreName: "renamed" });
    expect(await deployment.plan()).toMatchObject({ status: 0 });
  });

  test("and the admin's password in Secrets Manager opens the HSMs: activate logs in with it, or fails", async () => {
    const answer = await deployment.operator("activate", { last: true });
    expect(answer).toEqual({ status: "done", clusterState: "ACTIVE" });
  });
}
