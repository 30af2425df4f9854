// The real AWS provider's resources of CloudHSM against the local cloud: created, planned again, changed in place, replaced, imported, destroyed.
// What the chain itself uses, its own tests deploy; here is what it does not.

import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { Deployment } from "./deployment";
import { PlainStack } from "./plain-stack";

interface Options {
  clusterTag: string;
  hsmAddress: string;
}
const FIRST: Options = {
  clusterTag: "one",
  hsmAddress: "10.5.0.10",
};

let deployment: Deployment;
let stack: PlainStack;

beforeAll(async () => {
  deployment = await Deployment.start("provider-hsms");
  stack = new PlainStack(deployment);
  configure({});
  await stack.init();
});
afterAll(() => deployment.stop());

function configure(changes: Partial<Options>): void {
  const { clusterTag, hsmAddress } = { ...FIRST, ...changes };
  const subnet = (zone: string, i: number) => ({
    vpc_id: "${aws_vpc.it.id}",
    availability_zone: `eu-central-1${zone}`,
    cidr_block: `10.5.0.${i * 64}/26`,
  });
  stack.write(
    {
      aws_vpc: { it: { cidr_block: "10.5.0.0/24" } },
      aws_subnet: { a: subnet("a", 0), b: subnet("b", 1) },
      aws_cloudhsm_v2_cluster: {
        it: {
          hsm_type: "hsm2m.medium",
          mode: "NON_FIPS",
          subnet_ids: ["${aws_subnet.a.id}", "${aws_subnet.b.id}"],
          tags: { Name: clusterTag },
        },
      },
      aws_cloudhsm_v2_hsm: {
        it: {
          cluster_id: "${aws_cloudhsm_v2_cluster.it.cluster_id}",
          subnet_id: "${aws_subnet.a.id}",
          ip_address: hsmAddress,
        },
      },
    },
    {
      cluster: { value: "${aws_cloudhsm_v2_cluster.it.id}" },
      hsm: { value: "${aws_cloudhsm_v2_hsm.it.id}" },
    },
  );
}

test("create, and a second plan without changes", async () => {
  const { status, output } = await stack.apply();
  expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
  expect(await stack.planStatus()).toBe(0);
});

test("change in place: tags of the cluster", async () => {
  const before = await stack.outputs();
  configure({ clusterTag: "two" });
  const { status, output } = await stack.apply();
  expect(status).toBe(0);
  expect(output).toMatch(/0 added, 1 changed, 0 destroyed/);
  expect(await stack.outputs()).toEqual(before);
  expect(await stack.planStatus()).toBe(0);
});

test("replacement: an HSM at another address", async () => {
  const before = await stack.outputs();
  configure({ clusterTag: "two", hsmAddress: "10.5.0.11" });
  const { status, output } = await stack.apply();
  expect(status).toBe(0);
  expect(output).toMatch(/1 added, 0 changed, 1 destroyed/);
  const after = await stack.outputs();
  expect(after.hsm).not.toBe(before.hsm);
  expect(after.cluster).toBe(before.cluster);
  expect(await stack.planStatus()).toBe(0);
});

test("import: what the state has forgotten is taken up again, without a change in AWS", async () => {
  const ids = await stack.outputs();
  await stack.forgetAndImport("aws_cloudhsm_v2_hsm.it", ids.hsm);
  await stack.forgetAndImport("aws_cloudhsm_v2_cluster.it", ids.cluster);
  expect(await stack.planStatus()).toBe(0);
});

test("destroy: nothing is left", async () => {
  const { status, output } = await stack.destroy();
  expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
  expect(JSON.parse((await stack.terraform("show", "-json")).output)).not.toHaveProperty("values");
  expect((await new CloudHSMV2(deployment.client).describeClusters({})).Clusters).toEqual([]);
});
