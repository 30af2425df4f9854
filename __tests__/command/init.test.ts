// The apps that `safe-storage init` writes. That each synthesizes with the packed packages is __tests__/package.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { init } from "../../command/init/init";

let folder: string;
let said: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "safe-storage-init-"));
  said = "";
  jest.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((said += text)));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const read = (name: string): any => JSON.parse(readFileSync(join(folder, name), "utf8"));

test("the whole chain, with its settings in a file and their schema", async () => {
  await init(folder, { yes: true, region: "eu-west-1", set: ["name=payments"] });
  expect(readdirSync(folder).sort()).toEqual([
    ".gitignore",
    "cdktf.json",
    "main.ts",
    "package.json",
    "settings.json",
    "tsconfig.json",
  ]);
  const { name, network, $schema } = read("settings.json");
  expect(name).toBe("payments");
  expect(network.subnets.map((s: any) => s.availabilityZone)).toEqual(["eu-west-1a", "eu-west-1b"]);
  expect($schema).toBe("./node_modules/safe-storage/lib/settings.schema.json");
  expect(readFileSync(join(folder, "main.ts"), "utf8")).toContain('from "safe-storage"');
  expect(read("package.json").devDependencies).toHaveProperty("safe-storage-cli");
  expect(said).toContain("npm install");
});

test("an example, with settings of other kinds than text", async () => {
  await init(folder, {
    yes: true,
    example: "none-by-night",
    set: ["timeZone=UTC", "emails=a@example.com, b@example.com"],
  });
  const { settings } = read("cdktf.json").context;
  expect(settings).toMatchObject({ timeZone: "UTC", emails: ["a@example.com", "b@example.com"] });
});

test("only the home region moves", async () => {
  await init(folder, { yes: true, example: "two-regions", region: "eu-north-1" });
  const { home, recovery } = read("cdktf.json").context.settings;
  expect(home.subnets[0].availabilityZone).toBe("eu-north-1a");
  expect(recovery.subnets[0].availabilityZone).toBe("eu-west-1a");
});

test("what is there already stays as it is; package.json gets what it lacks", async () => {
  writeFileSync(join(folder, "main.ts"), "// mine");
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "ours", dependencies: { cdktf: "0.21.0" } }),
  );
  await init(folder, { yes: true });
  expect(readFileSync(join(folder, "main.ts"), "utf8")).toBe("// mine");
  expect(said).toContain("main.ts is there already");
  const { name, dependencies } = read("package.json");
  expect(name).toBe("ours");
  expect(dependencies).toMatchObject({ cdktf: "0.21.0", "safe-storage": "^0.1.0" });
});
