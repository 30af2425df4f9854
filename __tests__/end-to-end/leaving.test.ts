// Going on without this project: what docs/leaving.md says is run on a deployment, in a folder that has nothing of it.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { Deployment } from "./deployment";

let deployment: Deployment;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "safe-storage-left-"));
  deployment = await Deployment.fromReference("leaving");
});
afterAll(async () => {
  await deployment.stop();
  rmSync(folder, { recursive: true });
});

test("In HCL, without this project: the plan is empty, and Terraform goes on there", async () => {
  const NEW = join(folder, "ours");
  const left = await deployment.documented("docs/leaving.md", ["In HCL, without this project"], { NEW });
  expect(left).toMatchObject({ status: 0 });
  expect(stripVTControlCharacters(left.output)).toContain(
    "No changes. Your infrastructure matches the configuration.",
  );
  expect(readdirSync(NEW)).toEqual(expect.arrayContaining(["assets", "cdk.tf", "terraform.tfstate"]));
  // No path leads back.
  expect(readFileSync(join(NEW, "cdk.tf"), "utf8")).not.toContain(`${deployment.folder}/terraform`);
  const changed = await deployment.terraformIn(NEW, "apply", "-auto-approve", "-input=false", "-no-color");
  expect(changed.output).toContain("0 added, 0 changed, 0 destroyed");
});
