// The package as its user has it: packed, installed into an empty project elsewhere, compiled against, synthesized with.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");
const EXAMPLES = readdirSync(join(ROOT, "examples"));

let out: string;
let tarball: string;
/** With what npm chooses: AWS provider 6. */
let project: string;
/** With AWS provider 5. */
let five: string;
/** Another one, with CDK Terrain in CDKTF's place, as its guide says. */
let terrain: string;

const run = (command: string, args: string[], cwd: string, env: object = {}): string =>
  execFileSync(command, args, { cwd, encoding: "utf8", env: { ...process.env, ...env } });
const bin = (name: string) => join(ROOT, "node_modules/.bin", name);

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "safe-storage-packed-"));
  const [constructs, command] = run(join(ROOT, "scripts/build-package"), ["--out", out], ROOT)
    .trim()
    .split("\n");
  tarball = constructs;
  project = emptyProject({ name: "user", private: true });
  install(project, tarball, "tsx", "@types/node");
  five = emptyProject({ name: "user", private: true });
  install(five, tarball, "tsx", "@types/node", "@cdktf/provider-aws@20.1.0");
  terrain = emptyProject({ name: "user", private: true, ...terrainAsInGuide() });
  install(terrain, tarball, command, "tsx", "@types/node");
});
afterAll(() =>
  [out, project, five, terrain].forEach((folder) => rmSync(folder, { recursive: true, force: true })),
);

/** With the examples in it. */
function emptyProject(manifest: object): string {
  const folder = mkdtempSync(join(tmpdir(), "safe-storage-user-"));
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  for (const name of EXAMPLES) cpSync(join(ROOT, "examples", name, "main.ts"), join(folder, `${name}.ts`));
  for (const policy of ["plan.json", "deploy.json"])
    cpSync(join(ROOT, "examples/pipeline", policy), join(folder, policy));
  return folder;
}

function install(folder: string, ...packages: string[]): void {
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages], folder);
}

/** What the guide tells a user of CDK Terrain to write. */
function terrainAsInGuide(): object {
  const [, json] = /^```json\n(\{\n {2}"dependencies": \{[^`]*cdktn[^`]*)^```$/m.exec(
    readFileSync(join(ROOT, "docs/guides/cdk-terrain.md"), "utf8"),
  )!;
  return JSON.parse(json);
}

test("publint and arethetypeswrong have no complaint", () => {
  expect(run(bin("publint"), ["--strict", tarball], ROOT)).toContain("All good!");
  expect(run(bin("attw"), [tarball], ROOT)).toContain("No problems found");
});

test("it brings nothing but what it is made of: no provider, no CDKTF", () => {
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(project, "node_modules/safe-storage/package.json"), "utf8"),
  );
  expect(Object.keys(dependencies)).toEqual(["croner", "ip-address"]);
  expect(Object.keys(peerDependencies)).toEqual([
    "@cdktf/provider-aws",
    "@cdktf/provider-null",
    "@cdktf/provider-tls",
    "cdktf",
    "constructs",
  ]);
});

test("each construct of the README can be imported by itself, and is what the whole package has", () => {
  const table = readFileSync(join(ROOT, "README.md"), "utf8").matchAll(/^\| `([A-Z]\w+)` +\|/gm);
  const constructs = [...table].map(([, name]) => name);
  expect(constructs.length).toBeGreaterThan(15);
  const program = `
    const whole = require("safe-storage");
    const kebab = (name) => name.replace(/(?!^)[A-Z]/g, "-$&").toLowerCase();
    const names = ${JSON.stringify(constructs)};
    console.log(JSON.stringify(names.filter((n) => require("safe-storage/" + kebab(n))[n] !== whole[n] || !whole[n])));
  `;
  expect(JSON.parse(run(process.execPath, ["-e", program], project))).toEqual([]);
});

test("an import does nothing but load it, and never the whole AWS provider", () => {
  const program = `
    require("safe-storage");
    const index = require.resolve("@cdktf/provider-aws");
    console.log(JSON.stringify({ index: index in require.cache, files: require("fs").readdirSync(".") }));
  `;
  const before = readdirSync(project);
  const { index, files } = JSON.parse(run(process.execPath, ["-e", program], project));
  expect(index).toBe(false);
  expect(files).toEqual(before);
});

test.each([
  ["AWS provider 6", "Node16", () => project],
  ["AWS provider 6", "CommonJS", () => project],
  ["AWS provider 5", "Node16", () => five],
  ["CDK Terrain and its bindings", "Node16", () => terrain],
])("the examples compile against it with %s, module %s", (_, module, folder) => {
  const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "ES2022", "--types", "node"];
  const files = EXAMPLES.map((name) => `${name}.ts`);
  // By name: two packages have a program `tsc`, and the native one is not what users of CDKTF have.
  run(join(ROOT, "node_modules/typescript/bin/tsc"), [...options, "--module", module, ...files], folder());
});

/** Its stacks, without where state and layer lie. */
function synthesized(outdir: string): string {
  const stacks = readdirSync(join(outdir, "stacks")).map((stack) => {
    // Whose version it is stands in "//".
    const {
      terraform: { required_providers },
      "//": _,
      ...rest
    } = JSON.parse(readFileSync(join(outdir, "stacks", stack, "cdk.tf.json"), "utf8"));
    // Their source is "aws" or "hashicorp/aws", which is the same.
    const versions = Object.entries<{ version: string }>(required_providers).map(([name, { version }]) => ({
      name,
      version,
    }));
    return { versions, ...rest };
  });
  return JSON.stringify(stacks, null, 1)
    .replaceAll(/[^"]*\/dist\/cloudhsm-cli-layer/g, "cloudhsm-cli-layer")
    .replaceAll(/[^"]*(terraform\.\w+\.tfstate)/g, "$1");
}

const contextOf = (name: string): string =>
  JSON.stringify(JSON.parse(readFileSync(join(ROOT, "examples", name, "cdktf.json"), "utf8")).context);

test.each(EXAMPLES)(
  "%s synthesizes with it as with the sources, with AWS provider 5 and 6, by CDKTF and by CDK Terrain",
  (name) => {
    const synthesizeIn = (folder: string, tsx: string, main: string, out: string): string[] => {
      const outdir = join(project, "out", name, out);
      mkdirSync(outdir, { recursive: true });
      run(tsx, [main], folder, { CDKTF_CONTEXT_JSON: contextOf(name), CDKTF_OUTDIR: outdir });
      return synthesized(outdir).split("\n");
    };
    const sources = synthesizeIn(ROOT, bin("tsx"), join(ROOT, "examples", name, "main.ts"), "sources");
    for (const [out, folder] of Object.entries({ six: project, five, terrain })) {
      const tsx = join(folder, "node_modules/.bin/tsx");
      expect(synthesizeIn(folder, tsx, `${name}.ts`, out)).toEqual(sources);
    }
  },
);

test("the command takes an app of CDK Terrain as it takes one of CDKTF", () => {
  const cdktf = JSON.parse(readFileSync(join(ROOT, "examples/none-by-night/cdktf.json"), "utf8"));
  const app = "npx --no-install tsx none-by-night.ts";
  writeFileSync(join(terrain, "cdktf.json"), JSON.stringify({ ...cdktf, app }));
  const printed = run("npx", ["--no-install", "safe-storage", "schedule", "savings", "--json"], terrain);
  expect(JSON.parse(printed)).toMatchObject({ count: 2, keep: 0, region: "eu-central-1" });
});

test("each had the bindings that it should have", () => {
  const bindings = [project, five, terrain].map((folder) => {
    const read = (name: string) =>
      JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8"));
    return [read("cdktf").name, read("@cdktf/provider-aws").version.split(".")[0]];
  });
  expect(bindings).toEqual([
    ["cdktf", "21"],
    ["cdktf", "20"],
    ["cdktn", "25"],
  ]);
});
