// The real AWS provider's resources of FSx for ONTAP against the local cloud: created, planned again, changed in place, replaced, imported, destroyed.
// What the chain itself uses, its own tests deploy; here is what it does not.

import { setTimeout as sleep } from "node:timers/promises";
import { FSx } from "@aws-sdk/client-fsx";
import { Deployment } from "./deployment";
import { FILE_SYSTEM, PlainStack } from "./plain-stack";

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
let stack: PlainStack;
let fsx: FSx;

beforeAll(async () => {
  deployment = await Deployment.start("provider-storage");
  stack = new PlainStack(deployment);
  fsx = new FSx(deployment.client);
  configure({});
  await stack.init();
});
afterAll(() => deployment.stop());

function configure(changes: Partial<Options>): void {
  const { volumeSize, volumeName, svmTag } = { ...FIRST, ...changes };
  stack.write(
    {
      ...FILE_SYSTEM,
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
    {
      svm: { value: "${aws_fsx_ontap_storage_virtual_machine.it.id}" },
      volume: { value: "${aws_fsx_ontap_volume.it.id}" },
    },
  );
}

test("create, and a second plan without changes", async () => {
  const { status, output } = await stack.apply();
  expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
  expect(await stack.planStatus()).toBe(0);
});

test("change in place: tags of the SVM, size of the volume", async () => {
  const before = await stack.outputs();
  configure({ svmTag: "two", volumeSize: 2048 });
  const { status, output } = await stack.apply();
  expect(status).toBe(0);
  expect(output).toMatch(/0 added, 2 changed, 0 destroyed/);
  expect(await stack.outputs()).toEqual(before);
  expect(await stack.planStatus()).toBe(0);
});

test("replacement: a volume of another name", async () => {
  const before = await stack.outputs();
  configure({
    svmTag: "two",
    volumeSize: 2048,
    volumeName: "renamed",
  });
  const { status, output } = await stack.apply();
  expect(status).toBe(0);
  expect(output).toMatch(/1 added, 0 changed, 1 destroyed/);
  const after = await stack.outputs();
  expect(after.volume).not.toBe(before.volume);
  expect(after.svm).toBe(before.svm);
  expect(await stack.planStatus()).toBe(0);
});

test("import: what the state has forgotten is taken up again, without a change in AWS", async () => {
  const ids = await stack.outputs();
  await stack.forgetAndImport("aws_fsx_ontap_storage_virtual_machine.it", ids.svm);
  expect(await stack.planStatus()).toBe(0);
});

test("destroy: nothing is left", async () => {
  // The file system goes without the provider, which waits ten minutes for it: file-system-destroy.test.ts.
  const machine = "-target=aws_fsx_ontap_storage_virtual_machine.it";
  expect(await stack.destroy(machine)).toMatchObject({ status: 0 });
  const [{ FileSystemId }] = (await fsx.describeFileSystems({})).FileSystems!;
  await fsx.deleteFileSystem({ FileSystemId });
  while ((await fsx.describeFileSystems({})).FileSystems!.length > 0) await sleep(200);
  const { status, output } = await stack.destroy();
  expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
  expect(JSON.parse((await stack.terraform("show", "-json")).output)).not.toHaveProperty("values");
  expect((await fsx.describeFileSystems({})).FileSystems).toEqual([]);
  expect((await fsx.describeBackups({})).Backups).toEqual([]);
});
