// Backups of volumes: taken and restored by safe-storage backups, and by a volume's prop `backupId`; what was restored is handed over to Terraform,
// or deleted with its line in the settings.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { FSx, Volume } from "@aws-sdk/client-fsx";
import { Deployment, ROOT } from "./deployment";

const GIB = 1024 ** 3;
const data = { name: "data", sizeGib: 1024 };

let deployment: Deployment;
let fsx: FSx;
let backup: string;

const deploy = async (volumes: object[], more: object = {}): Promise<string> => {
  deployment.configure({
    deletionPolicy: "delete",
    fileSystem: { deploymentType: "SINGLE_AZ_1", backupsOnDemand: true, volumes, ...more },
  });
  const { status, output } = await deployment.deploy();
  if (status !== 0) throw new Error(output.slice(-5000));
  return output;
};
const run = (...args: string[]) => deployment.command("backups", ...args);
const volume = async (name: string): Promise<Volume | undefined> =>
  (await fsx.describeVolumes({})).Volumes!.find((v) => v.Name === name);

beforeAll(async () => {
  deployment = await Deployment.fromReference("volume-backups");
  fsx = new FSx(deployment.client);
  await deploy([data]);
});
afterAll(() => deployment.stop());

test("the guide's commands run as they stand, and so does the query for SnapMirror's addresses", async () => {
  const { VolumeId: VOLUME, FileSystemId } = (await volume("data"))!;
  const kept = /backup-[0-9a-f]{17}/.exec((await run("keep", VOLUME!)).output)![0];
  const guide = await deployment.documented("docs/guides/storage.md", ["Backups"], {
    VOLUME: VOLUME!,
    BACKUP: kept,
  });
  expect(guide).toMatchObject({ status: 0, output: expect.stringContaining("mounted by /restored") });
  const peers = await deployment.documented("docs/disaster-recovery.md", ["The file system's data"], {
    FILE_SYSTEM: FileSystemId!,
  });
  expect(peers).toMatchObject({ status: 0, output: expect.stringMatching(/^10\.42\.\d+\.\d+/m) });
  const { VolumeId } = (await volume("restored"))!;
  await fsx.deleteVolume({ VolumeId, OntapConfiguration: { SkipFinalBackup: true } });
});

test("keep backs a volume up, and list shows it with the volume and says why the HSMs' backups are not shown", async () => {
  const { VolumeId } = (await volume("data"))!;
  const { status, output } = await run("keep", VolumeId!);
  expect({ status, output }).toMatchObject({ status: 0 });
  backup = /backup-[0-9a-f]{17}/.exec(output)![0];
  const list = await run("list");
  expect(list.status).toBe(0);
  expect(list.output).toContain(`${VolumeId}  volume data`);
  expect(list.output).toMatch(new RegExp(`${backup}  AVAILABLE .*of data`));
  expect(list.output).toContain("cluster.backupsOnDemand is not true");
});

test("what FSx cannot do is refused with the way that there is", async () => {
  for (const [args, status, message] of [
    [["keep", backup], 2, /safe-storage backups keep VOLUME takes one that stays/],
    [["delete", backup], 2, /aws fsx delete-backup deletes it/],
    [["restore", backup], 2, /name the new volume by --volume NAME/],
    [["restore", "backup-0123456789abcdef0", "--volume", "new"], 1, /no backup of this deployment's volumes/],
    [["restore", "backup-aaaaaaaaaaa", "--volume", "new"], 2, /is of the HSMs/],
  ] as const) {
    expect(await run(...args)).toMatchObject({ status, output: expect.stringMatching(message) });
  }
});

test("restore makes a volume of the backup, which a deploy takes over beside volumes that have the backup in the settings", async () => {
  const { status, output } = await run("restore", backup, "--volume", "by_hand");
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(output).toContain("mounted by /by_hand");
  const byHand = await volume("by_hand");
  expect(byHand).toMatchObject({ Lifecycle: "CREATED", OntapConfiguration: { SizeInBytes: 1024 * GIB } });
  const printed = await deploy([
    data,
    { name: "by_hand", sizeGib: 1024 },
    { name: "stays", sizeGib: 1100, backupId: backup },
    { name: "goes", sizeGib: 1024, backupId: backup },
    { name: "mirror", sizeGib: 10, dataProtection: true },
  ]);
  expect(printed).toContain(`found, ${byHand!.VolumeId}`);
  expect((await volume("by_hand"))!.VolumeId).toBe(byHand!.VolumeId);
  expect(await volume("stays")).toMatchObject({
    Lifecycle: "CREATED",
    OntapConfiguration: { SizeInBytes: 1100 * GIB, JunctionPath: "/stays" },
  });
  expect(deployment.output("mount_commands")).toMatchObject({
    "safe-storage/stays": expect.stringContaining(":/stays /mnt/stays"),
  });
  expect(await deployment.plan()).toMatchObject({ status: 0 });
});

test("a destroy does not take restored volumes for somebody else's", () => {
  // What safe-storage destroy looks at before it begins; a whole destroy is file-system-destroy.test.ts's.
  const look = join(ROOT, ".local/js/scripts/lib/fault-matrix/adopt.js");
  const { status, stderr } = spawnSync(
    process.execPath,
    [look, join(deployment.folder, "cdktf.out/stacks/safe-storage"), "destroy"],
    { env: { ...process.env, ...deployment.awsVariables }, cwd: deployment.folder, encoding: "utf8" },
  );
  expect({ status, stderr }).toMatchObject({ status: 0 });
});

test("without its line a volume is deleted with a final backup, one without backupId is Terraform's, and a broken mirror is mounted, each with its data", async () => {
  const stays = (await volume("stays"))!.VolumeId;
  // Meanwhile home was lost: the mirror has been broken off.
  const mirror = (await volume("mirror"))!.VolumeId;
  await fetch(`${deployment.endpoint}/_local/snapmirror-break`, {
    method: "POST",
    body: JSON.stringify({ volumeId: mirror }),
  });
  expect((await deployment.plan()).output).not.toMatch(/must be replaced|will be destroyed/);
  const printed = await deploy([
    data,
    { name: "by_hand", sizeGib: 1024 },
    { name: "stays", sizeGib: 1200 },
    { name: "mirror", sizeGib: 10 },
  ]);
  expect(await volume("mirror")).toMatchObject({
    VolumeId: mirror,
    OntapConfiguration: { JunctionPath: "/mirror", OntapVolumeType: "RW" },
  });
  expect(printed).toContain("restored from a backup, now Terraform's own");
  expect(await volume("stays")).toMatchObject({
    VolumeId: stays,
    OntapConfiguration: { SizeInBytes: 1200 * GIB },
  });
  expect(await volume("goes")).toBeUndefined();
  const names = (await fsx.describeBackups({})).Backups!.flatMap((b) => b.Tags!.map((t) => t.Value));
  expect(names).toContain("safe-storage goes final");
});
