// The real AWS provider's resources of FSx for ONTAP against the local cloud: created, planned again, changed in place, replaced, imported, destroyed.
// What the chain itself uses, its own tests deploy; here is what it does not.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FSx } from "@aws-sdk/client-fsx";
import { Deployment } from "./deployment";

interface Options {
  volumeSize: number;
  volumeName: string;
  svmTag: string;
}
const FIRST: Options = {
  volumeSize: 1024,
  volumeName: "data",
  svmTag: "one",
};

let deployment: Deployment;
let folder: string;
let fsx: FSx;

beforeAll(async () => {
  deployment = await Deployment.start("provider-storage");
  folder = join(deployment.folder, "stack");
  mkdirSync(folder);
  fsx = new FSx(deployment.client);
  configure({});
  expect(await terraform("init", "-input=false")).toMatchObject({ status: 0 });
});
afterAll(() => deployment.stop());

const terraform = (...args: string[]) => deployment.terraformIn(folder, ...args);
const apply = () => terraform("apply", "-auto-approve", "-input=false", "-no-color");
const planStatus = async () =>
  (await terraform("plan", "-detailed-exitcode", "-input=false", "-no-color")).status;

function configure(changes: Partial<Options>): void {
  const { volumeSize, volumeName, svmTag } = { ...FIRST, ...changes };
  const stack = {
    terraform: { required_providers: { aws: { source: "hashicorp/aws", version: "5.100.0" } } },
    provider: { aws: { region: "eu-central-1" } },
    resource: {
      aws_vpc: { it: { cidr_block: "10.5.0.0/24" } },
      aws_subnet: {
        a: { vpc_id: "${aws_vpc.it.id}", availability_zone: "eu-central-1a", cidr_block: "10.5.0.0/26" },
      },
      aws_kms_key: { it: { description: "of moto", deletion_window_in_days: 7 } },
      aws_fsx_ontap_file_system: {
        it: {
          deployment_type: "SINGLE_AZ_1",
          storage_capacity: 1024,
          throughput_capacity: 128,
          subnet_ids: ["${aws_subnet.a.id}"],
          preferred_subnet_id: "${aws_subnet.a.id}",
          kms_key_id: "${aws_kms_key.it.arn}",
        },
      },
      aws_fsx_ontap_storage_virtual_machine: {
        it: { file_system_id: "${aws_fsx_ontap_file_system.it.id}", name: "files", tags: { Name: svmTag } },
      },
      aws_fsx_ontap_volume: {
        it: {
          storage_virtual_machine_id: "${aws_fsx_ontap_storage_virtual_machine.it.id}",
          name: volumeName,
          junction_path: "/data",
          size_in_megabytes: volumeSize,
          storage_efficiency_enabled: true,
          skip_final_backup: true,
          tiering_policy: { name: "AUTO", cooling_period: 31 },
        },
      },
    },
    output: {
      svm: { value: "${aws_fsx_ontap_storage_virtual_machine.it.id}" },
      volume: { value: "${aws_fsx_ontap_volume.it.id}" },
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

test("change in place: tags of the SVM, size of the volume", async () => {
  const before = await outputs();
  configure({ svmTag: "two", volumeSize: 2048 });
  const { status, output } = await apply();
  expect(status).toBe(0);
  expect(output).toMatch(/0 added, 2 changed, 0 destroyed/);
  expect(await outputs()).toEqual(before);
  expect(await planStatus()).toBe(0);
});

test("replacement: a volume of another name", async () => {
  const before = await outputs();
  configure({
    svmTag: "two",
    volumeSize: 2048,
    volumeName: "renamed",
  });
  const { status, output } = await apply();
  expect(status).toBe(0);
  expect(output).toMatch(/1 added, 0 changed, 1 destroyed/);
  const after = await outputs();
  expect(after.volume).not.toBe(before.volume);
  expect(after.svm).toBe(before.svm);
  expect(await planStatus()).toBe(0);
});

test("import: what the state has forgotten is taken up again, without a change in AWS", async () => {
  const ids = await outputs();
  const machine = "aws_fsx_ontap_storage_virtual_machine.it";
  expect(await terraform("state", "rm", machine)).toMatchObject({ status: 0 });
  const { status, output } = await terraform("import", "-no-color", "-input=false", machine, ids.svm);
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(await planStatus()).toBe(0);
});

test("destroy: nothing is left", async () => {
  // The file system goes without the provider, which waits ten minutes for it: file-system-destroy.test.ts.
  const machine = ["-target=aws_fsx_ontap_storage_virtual_machine.it", "-input=false", "-auto-approve"];
  expect(await terraform("destroy", ...machine)).toMatchObject({ status: 0 });
  const [{ FileSystemId }] = (await fsx.describeFileSystems({})).FileSystems!;
  await fsx.deleteFileSystem({ FileSystemId });
  while ((await fsx.describeFileSystems({})).FileSystems!.length > 0) await sleep(200);
  const { status, output } = await terraform("destroy", "-auto-approve", "-input=false");
  expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
  expect(JSON.parse((await terraform("show", "-json")).output)).not.toHaveProperty("values");
  expect((await fsx.describeFileSystems({})).FileSystems).toEqual([]);
  expect((await fsx.describeBackups({})).Backups).toEqual([]);
});
