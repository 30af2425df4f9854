// A file system that Terraform destroys, to its end: the real AWS provider waits ten minutes before it looks whether it is gone. The other
// tests destroy without one.

import { FSx } from "@aws-sdk/client-fsx";
import { Deployment } from "./deployment";
import { FILE_SYSTEM, PlainStack } from "./plain-stack";

let deployment: Deployment;
let stack: PlainStack;

beforeAll(async () => {
  deployment = await Deployment.start("file-system-destroy");
  stack = new PlainStack(deployment);
  stack.write(FILE_SYSTEM);
  await stack.init();
});
afterAll(() => deployment.stop());

test("it waits until the file system is deleted, then deletes its key, its subnet and its VPC, and nothing is left", async () => {
  const fsx = new FSx(deployment.client);
  expect(await stack.apply()).toMatchObject({ status: 0 });
  expect((await fsx.describeFileSystems({})).FileSystems).toMatchObject([{ Lifecycle: "AVAILABLE" }]);
  const { status, output } = await stack.destroy();
  expect({ status, output }).toEqual({ status: 0, output: expect.stringContaining("4 destroyed") });
  expect((await fsx.describeFileSystems({})).FileSystems).toEqual([]);
  expect((await fsx.describeBackups({})).Backups).toEqual([]);
});
