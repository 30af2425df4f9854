// A file system that Terraform destroys, to its end: the real AWS provider waits ten minutes before it looks whether it is gone. The other
// tests destroy without one.

import { FSx } from "@aws-sdk/client-fsx";
import { Deployment } from "./deployment";
import { PlainStack } from "./plain-stack";

const RESOURCES = {
  aws_vpc: { it: { cidr_block: "10.5.0.0/24" } },
  aws_subnet: {
    it: { vpc_id: "${aws_vpc.it.id}", availability_zone: "eu-central-1a", cidr_block: "10.5.0.0/26" },
  },
  aws_kms_key: { it: { description: "of moto", deletion_window_in_days: 7 } },
  aws_fsx_ontap_file_system: {
    it: {
      deployment_type: "SINGLE_AZ_1",
      storage_capacity: 1024,
      throughput_capacity: 128,
      subnet_ids: ["${aws_subnet.it.id}"],
      preferred_subnet_id: "${aws_subnet.it.id}",
      kms_key_id: "${aws_kms_key.it.arn}",
    },
  },
};

let deployment: Deployment;
let stack: PlainStack;

beforeAll(async () => {
  deployment = await Deployment.start("file-system-destroy");
  stack = new PlainStack(deployment);
  stack.write(RESOURCES);
  await stack.init();
});
afterAll(() => deployment.stop());

test("it waits until the file system is gone, then its key, its subnet and its VPC go, and nothing is left", async () => {
  const fsx = new FSx(deployment.client);
  expect(await stack.apply()).toMatchObject({ status: 0 });
  expect((await fsx.describeFileSystems({})).FileSystems).toMatchObject([{ Lifecycle: "AVAILABLE" }]);
  const { status, output } = await stack.destroy();
  expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining("4 destroyed") });
  expect((await fsx.describeFileSystems({})).FileSystems).toEqual([]);
  expect((await fsx.describeBackups({})).Backups).toEqual([]);
});
