// `cdktf synth` for a review: without AWS credentials, without network, without anything built.

import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "safe-storage-"));
  cpSync(join(ROOT, "settings.json"), join(folder, "settings.json"));
  const cdktf = JSON.parse(readFileSync(join(ROOT, "cdktf.json"), "utf8"));
  const app = `node '${ROOT}/.local/js/main.js'`;
  writeFileSync(join(folder, "cdktf.json"), JSON.stringify({ ...cdktf, app }));
});
afterEach(() => rmSync(folder, { recursive: true }));

const synth = (): { status: number | null; output: string } =>
  run(join(ROOT, "node_modules/.bin/cdktf"), "synth");
/** The app alone, which cdktf's command line starts after seconds of its own. */
const synthWithoutCdktf = () => run(process.execPath, join(ROOT, ".local/js/main.js"));

function run(command: string, ...args: string[]): { status: number | null; output: string } {
  const nowhere = "http://127.0.0.1:9"; // the discard port: whoever calls out gets no answer
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      CHECKPOINT_DISABLE: "1",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_ENDPOINT_URL: nowhere,
      HTTP_PROXY: nowhere,
      HTTPS_PROXY: nowhere,
    },
  });
  return { status, output: stdout + stderr };
}

test("synthesizes the whole chain, in the zones' region, for whatever cloud AWS_ENDPOINT_URL leads to", () => {
  expect(synth()).toMatchObject({ status: 0 });
  const { resource, provider } = JSON.parse(
    readFileSync(join(folder, "cdktf.out/stacks/safe-storage/cdk.tf.json"), "utf8"),
  );
  expect(Object.keys(resource)).toEqual(
    expect.arrayContaining([
      "aws_cloudhsm_v2_cluster",
      "aws_kms_custom_key_store",
      "aws_fsx_ontap_file_system",
    ]),
  );
  expect(provider.aws[0].region).toBe("eu-central-1");
  expect(provider.aws[0].endpoints).toBeUndefined();
  expect(JSON.stringify([resource, provider])).not.toMatch(/127\.0\.0\.1|localhost|emulat/i);
}, 60_000);

test("keeps the state where stateBackend says, encrypted and locked", () => {
  const settings = JSON.parse(readFileSync(join(folder, "settings.json"), "utf8"));
  const stateBackend = {
    bucket: "states",
    key: "safe-storage",
    region: "eu-central-1",
    kmsKeyId: "alias/states",
  };
  writeFileSync(join(folder, "settings.json"), JSON.stringify({ ...settings, stateBackend }));
  expect(synthWithoutCdktf()).toMatchObject({ status: 0 });
  const { terraform } = JSON.parse(
    readFileSync(join(folder, "cdktf.out/stacks/safe-storage/cdk.tf.json"), "utf8"),
  );
  expect(terraform.backend).toEqual({
    s3: {
      bucket: "states",
      key: "safe-storage",
      region: "eu-central-1",
      kms_key_id: "alias/states",
      encrypt: true,
      use_lockfile: true,
    },
  });
}, 60_000);

test("shows the reason for bad settings and fails", () => {
  const settings = JSON.parse(readFileSync(join(folder, "settings.json"), "utf8"));
  writeFileSync(
    join(folder, "settings.json"),
    JSON.stringify({ ...settings, cluster: { hsmType: "hsm9.huge" } }),
  );
  const { status, output } = synth();
  expect(status).not.toBe(0);
  expect(output).toContain(
    'safe-storage/storage/cluster: hsmType is "hsm9.huge"; it must be hsm2m.medium: AWS makes no hsm1.medium any more',
  );
}, 60_000);
