// Every example synthesizes, by the package's name, and Terraform's JSON has what the example is there for.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

const EXAMPLES = readdirSync(join(ROOT, "examples"));
const file = (name: string, path: string) => readFileSync(join(ROOT, "examples", name, path), "utf8");

test("the examples are those that the README names", () => {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  for (const name of EXAMPLES) expect(readme).toContain(`examples/${name}`);
});

test.each(EXAMPLES)("%s is complete, and its README names every setting", (name) => {
  expect(readdirSync(join(ROOT, "examples", name))).toEqual(
    expect.arrayContaining(["README.md", "cdktf.json", "main.ts"]),
  );
  const { projectId, context } = JSON.parse(file(name, "cdktf.json"));
  expect(projectId).toBe(name);
  for (const setting of Object.keys(context.settings))
    expect(file(name, "README.md")).toContain(`\`${setting}\``);
});

test.each(EXAMPLES)(
  "%s synthesizes, by the package's name, with the settings in its cdktf.json",
  (name) => {
    const outdir = mkdtempSync(join(tmpdir(), "example-"));
    const { context } = JSON.parse(file(name, "cdktf.json"));
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, ".local/js/examples", name, "main.js")],
      {
        encoding: "utf8",
        env: {
          PATH: process.env.PATH,
          CDKTF_OUTDIR: outdir,
          CDKTF_CONTEXT_JSON: JSON.stringify(context),
        },
      },
    );
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(readdirSync(join(outdir, "stacks")).length).toBeGreaterThan(0);
    rmSync(outdir, { recursive: true });
  },
  60_000,
);
