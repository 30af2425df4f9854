// The command as its user has it: the packages packed, installed into an empty folder elsewhere, and everything done by `npx safe-storage`.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { templates } from "../../command/init/templates";

const ROOT = join(__dirname, "../..");
// Below those that the system gives to whoever asks for any: another test could have got it by then.
const PORT = 20_000 + (process.pid % 10_000);

let user: string;
let env: NodeJS.ProcessEnv;

beforeAll(() => {
  user = mkdtempSync(join(tmpdir(), "safe-storage-user-"));
  // Nothing of this clone's but the providers, where there is no registry.
  const { SAFE_STORAGE_PYTHON: _, LOCAL_CLOUD_MOTO_FORKS: __, ...rest } = process.env;
  env = { ...rest, SAFE_STORAGE_HOME: join(user, "home"), CI: "true" };
  const tarballs = run(join(ROOT, "scripts/build-package"), ["--out", user], ROOT).trim().split("\n");
  writeFileSync(join(user, "package.json"), JSON.stringify({ name: "user", private: true }));
  run("npm", [
    "install",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    ...tarballs,
    "@cdktf/provider-aws@20.1.0",
    "tsx",
  ]);
});
afterAll(() => {
  safeStorage("local-cloud", "stop", "--port", String(PORT));
  rmSync(user, { recursive: true, force: true });
});

function run(command: string, args: string[], cwd = user, more: object = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: { ...env, ...more },
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stdout + stderr}`);
  return stdout;
}

function safeStorage(...words: string[]) {
  const { status, stdout, stderr } = spawnSync("npx", ["--no-install", "safe-storage", ...words], {
    cwd: user,
    encoding: "utf8",
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout, stderr };
}

function done(...words: string[]): string {
  const { status, stdout, stderr } = safeStorage(...words);
  if (status !== 0)
    throw new Error(`safe-storage ${words.join(" ")}: ${status}\n${(stdout + stderr).slice(-5000)}`);
  return stdout;
}

/** By the tsx of the folder above: each app would install the same once more. */
function synthesize(folder: string): void {
  const { context = {} } = JSON.parse(readFileSync(join(user, folder, "cdktf.json"), "utf8"));
  const variables = {
    CDKTF_CONTEXT_JSON: JSON.stringify(context),
    CDKTF_OUTDIR: join(user, folder, "cdktf.out"),
  };
  run(join(user, "node_modules/.bin/tsx"), ["main.ts"], join(user, folder), variables);
}

test("it is light for those who import constructs only: the command and the local cloud are packages of their own", () => {
  const of = (name: string) =>
    JSON.parse(readFileSync(join(user, "node_modules", name, "package.json"), "utf8"));
  expect(of("safe-storage").bin).toBeUndefined();
  expect(of("safe-storage-cli").bin).toEqual({ "safe-storage": "bin.js" });
  expect(Object.keys(of("safe-storage-cli").dependencies)).not.toContain("fastify");
});

test.each(["safe-storage-cli", "safe-storage-local-cloud"])(
  "%s names every package that it requires",
  (name) => {
    const folder = join(user, "node_modules", name);
    const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const built = readdirSync(join(folder, "lib"))
      .filter((file) => file.endsWith(".js"))
      .map((file) => readFileSync(join(folder, "lib", file), "utf8"));
    const required = [...built.join("").matchAll(/\b(?:require|import)\("((?:@[\w.-]+\/)?[\w-]+)[^"]*"\)/g)]
      .map(([, one]) => one)
      .filter((one) => !isBuiltin(one) && one !== "node" && one !== "safe-storage-local-cloud");
    expect(Object.keys(dependencies).sort()).toEqual([...new Set(required)].sort());
  },
);

test.each(templates().map(([name]) => name))(
  "init --example %s: the app that it writes synthesizes",
  (name) => {
    done("init", name, "--example", name, "--yes", "--region", "eu-central-1");
    synthesize(name);
  },
);

test("build-layer packs from a folder that was kept, without any network", () => {
  const made = join(user, "made");
  run("mkdir", [made]);
  const python = join(ROOT, ".venv/bin/python");
  run(process.execPath, [join(ROOT, "__tests__/command/fixtures/make-keys.mjs"), made]);
  run(python, [join(ROOT, "__tests__/command/fixtures/make-packages.py"), made]);
  const files = { "cloudhsm-cli": "ours.rpm", bsdutils: "bsdutils.deb", jq: "jq" };
  const lines = Object.entries(files).map(([name, file]) => {
    const sum = run("sha256sum", [join(made, "files", file)]).split(" ")[0];
    run("cp", [join(made, "files", file), join(made, `${name}-${sum}`)]);
    return `x86_64 ${name} ${sum} ${name === "cloudhsm-cli" ? "ours.asc" : "-"} http://127.0.0.1:1/${file}`;
  });
  writeFileSync(join(made, "packages"), `${lines.join("\n")}\n`);
  done("build-layer", "--packages", "made/packages", "--mirror", "made", "--out", "layer.zip");
  expect(run(python, ["-m", "zipfile", "-l", "layer.zip"])).toContain("cloudhsm/bin/cloudhsm-cli");
});

test("from init to destroy on the local cloud, without a clone", () => {
  done("init", "--example", "none-by-night", "--yes", "--set", "emails=on-call@example.com");
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"]);
  const exported = done("local-cloud", "start", "--port", String(PORT));
  for (const [, name, value] of exported.matchAll(/(\w+)=(\S+)/g))
    env[name] = value.replace(/\$\{.*:-(.*)\}/, "$1");
  const ofCloud = JSON.parse(done("local-cloud", "settings", "--port", String(PORT)));
  const file = join(user, "cdktf.json");
  const cdktf = JSON.parse(readFileSync(file, "utf8"));
  Object.assign(cdktf.context.settings, ofCloud, { deletionPolicy: "delete" });
  writeFileSync(file, JSON.stringify(cdktf));

  expect(done("deploy", "--auto-approve")).toMatch(/Apply complete! Resources: \d+ added/);
  const report = JSON.parse(done("status", "--json"));
  expect(report.healthy).toBe(true);
  expect(report.sections.map(({ title }: { title: string }) => title)).toEqual(
    expect.arrayContaining(["Cluster", "HSMs", "Users", "Schedules", "Alarms"]),
  );
  expect(done("schedule", "next", "2")).toContain(
    "nights removes HSMs: cron(0 19 ? * MON-THU *), Europe/Berlin",
  );
  expect(done("deploy", "--auto-approve")).toContain("No changes.");
  expect(done("destroy", "--auto-approve")).toMatch(/Destroy complete! Resources: \d+ destroyed/);
  expect(safeStorage("status")).toMatchObject({
    status: 1,
    stdout: expect.stringContaining("nothing is deployed"),
  });
});

test("verify has all that its trial is made of", () => {
  done("verify", "--only", "runtime-programs", "--yes");
  const { claims } = JSON.parse(readFileSync(join(user, ".safe-storage/verify/report.json"), "utf8"));
  expect(claims["runtime-programs"]).toMatchObject({ verdict: "confirmed" });
});

test("the local cloud starts from a test of one's own, and ends with it", async () => {
  const program = `
    const { LocalCloud } = require("safe-storage-local-cloud");
    LocalCloud.start().then(async (cloud) => {
      const { status } = await (await fetch(cloud.url + "/_local/health")).json();
      console.log(status, cloud.environment.AWS_ENDPOINT_URL === cloud.url);
      await cloud.stop();
    });
  `;
  expect(run(process.execPath, ["-e", program]).trim()).toBe("ready true");
});
