// Every example synthesizes, by the package's name, and Terraform's JSON has what the example is there for.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

/** What each example shows. */
const SHOWS: Record<string, string[]> = {
  "existing-network": ["aws_cloudhsm_v2_cluster", "aws_kms_custom_key_store", "aws_kms_alias"],
  "key-in-existing-store": ["aws_kms_key", "aws_s3_bucket"],
};

test("each example is tested", () => {
  expect(readdirSync(join(ROOT, "examples")).sort()).toEqual(Object.keys(SHOWS).sort());
});

test.each(Object.entries(SHOWS))(
  "%s synthesizes",
  (name, types) => {
    const outdir = mkdtempSync(join(tmpdir(), "example-"));
    const { status, stderr } = spawnSync(
      join(ROOT, "node_modules/.bin/tsx"),
      [join(ROOT, "examples", name, "main.ts")],
      {
        encoding: "utf8",
        env: { PATH: process.env.PATH, CDKTF_OUTDIR: outdir },
      },
    );
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const [stack] = readdirSync(join(outdir, "stacks"));
    const { resource } = JSON.parse(readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8"));
    expect(Object.keys(resource)).toEqual(expect.arrayContaining(types));
    expect(resource.aws_vpc).toBeUndefined();
    rmSync(outdir, { recursive: true });
  },
  60_000,
);
