// The real AWS provider's resources of CloudHSM against the local cloud: created, planned again, changed in place, replaced, imported, destroyed.
// What the chain itself uses, its own tests deploy; here is what it does not.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { Deployment } from "./deployment";

interface Options {
  clusterTag: string;
  hsmAddress: string;
}
const FIRST: Options = {
  clusterTag: "one",
  hsmAddress: "10.5.0.10",
};

let deployment: Deployment;
let folder: string;

beforeAll(async () => {
  deployment = await Deployment.start("provider-hsms");
  folder = join(deployment.folder, "stack");
  mkdirSync(folder);
  configure({});
  expect(await terraform("init", "-input=false")).toMatchObject({ status: 0 });
});
afterAll(() => deployment.stop());

const terraform = (...args: string[]) => deployment.terraformIn(folder, ...args);
const apply = () => terraform("apply", "-auto-approve", "-input=false", "-no-color");
const planStatus = async () =>
  (await terraform("plan", "-detailed-exitcode", "-input=false", "-no-color")).status;

function configure(changes: Partial<Options>): void {
  const { clusterTag, hsmAddress } = { ...FIRST, ...changes };
  const subnet = (zone: string, i: number) => ({
    vpc_id: "${aws_vpc.it.id}",
    availability_zone: `eu-central-1${zone}`,
    cidr_block: `10.5.0.${i * 64}/26`,
  });
  const stack = {
    terraform: { required_providers: { aws: { source: "hashicorp/aws", version: "5.100.0" } } },
    provider: { aws: { region: "eu-central-1" } },
    resource: {
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
    output: {
      cluster: { value: "${aws_cloudhsm_v2_cluster.it.id}" },
      hsm: { value: "${aws_cloudhsm_v2_hsm.it.id}" },
    },
  };
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify(stack));
}

async function outputs(): Promise<Record<string, string>> {
  const { output } = await terraform("output", "-json");
  return Object.fromEntries(
    Object.entries<any>(JSON.parse(output)).map(([name, { value }]) => [name, value]),
  );
}

test("create, and a second plan without changes", async () => {
  const { status, output } = await apply();
  expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
  expect(await planStatus()).toBe(0);
});

test("change in place: tags of the cluster", async () => {
  const before = await outputs();
  configure({ clusterTag: "two" });
  const { status, output } = await apply();
  expect(status).toBe(0);
  expect(output).toMatch(/0 added, 1 changed, 0 destroyed/);
  expect(await outputs()).toEqual(before);
  expect(await planStatus()).toBe(0);
});

test("replacement: an HSM at another address", async () => {
  const before = await outputs();
  configure({ clusterTag: "two", hsmAddress: "10.5.0.11" });
  const { status, output } = await apply();
  expect(status).toBe(0);
  expect(output).toMatch(/1 added, 0 changed, 1 destroyed/);
  const after = await outputs();
  expect(after.hsm).not.toBe(before.hsm);
  expect(after.cluster).toBe(before.cluster);
  expect(await planStatus()).toBe(0);
});

test("import: what the state has forgotten is taken up again, without a change in AWS", async () => {
  const ids = await outputs();
  for (const [type, id] of [
    ["aws_cloudhsm_v2_hsm", ids.hsm],
    ["aws_cloudhsm_v2_cluster", ids.cluster],
  ]) {
    expect(await terraform("state", "rm", `${type}.it`)).toMatchObject({ status: 0 });
    const { status, output } = await terraform("import", "-no-color", "-input=false", `${type}.it`, id);
    expect({ status, output }).toMatchObject({ status: 0 });
  }
  expect(await planStatus()).toBe(0);
});

test("destroy: nothing is left", async () => {
  const { status, output } = await terraform("destroy", "-auto-approve", "-input=false");
  expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
  expect(JSON.parse((await terraform("show", "-json")).output)).not.toHaveProperty("values");
  expect((await new CloudHSMV2(deployment.client).describeClusters({})).Clusters).toEqual([]);
});
