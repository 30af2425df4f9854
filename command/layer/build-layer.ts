// Packs the operator's layer.

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { asset } from "../assets";
import { Failure, say } from "../failure";
import { standInFolder } from "../local-cloud/package";
import { pythonWith } from "../../emulator/python";
import { download } from "./download";
import { writeManifest } from "./layer-manifest";
import { Mirror, mirrorAt } from "./mirror";
import { Package, packagesOf } from "./packages";
import { zipFolder } from "./zip-folder";

/** "50 MB (zipped, for direct upload)", "250 MB (unzipped)" with the function: «Lambda quotas», AWS Lambda Developer Guide. */
const MAX_ZIPPED = 50 * 1024 * 1024;
const MAX_UNZIPPED = 250 * 1024 * 1024;
const TAKEN_DOWN =
  "AWS serves a version of cloudhsm-cli for a year and three minor versions only, so this one may have been taken down. A newer safe-storage-cli pins a newer one; --mirror keeps what was downloaded in a place of yours";

interface Given {
  architecture: string;
  packages?: string;
  mirror?: string;
  standIn?: boolean;
  out?: string;
}

export async function buildLayer(given: Given): Promise<void> {
  const { architecture } = given;
  const out = resolve(given.out ?? join("dist", `cloudhsm-cli-layer-${architecture}.zip`));
  const mirror = mirrorAt(given.mirror);
  const folder = mkdtempSync(join(tmpdir(), "safe-storage-layer-"));
  try {
    const layer = join(folder, "layer");
    mkdirSync(join(layer, "bin"), { recursive: true });
    const packages = given.standIn
      ? []
      : packagesOf(resolve(given.packages ?? asset("layer/packages")), architecture);
    if (given.standIn) packStandIn(layer);
    else await packPackages(folder, layer, packages, mirror);
    writeManifest(layer, {
      architecture,
      standIn: given.standIn === true,
      packages: Object.fromEntries(packages.map(({ name, sha256 }) => [name, sha256])),
    });
    const unzipped = sizeOf(layer);
    if (unzipped > MAX_UNZIPPED)
      throw new Failure(`the layer has ${unzipped} bytes; Lambda takes ${MAX_UNZIPPED}`);
    const made = join(folder, "layer.zip");
    await zipFolder(layer, made);
    const zipped = statSync(made).size;
    if (zipped > MAX_ZIPPED)
      throw new Failure(`the layer has ${zipped} bytes zipped; Lambda takes ${MAX_ZIPPED}`);
    mkdirSync(dirname(out), { recursive: true });
    copyFileSync(made, out);
    say(out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What runs of the packages, and nothing else. */
async function packPackages(
  folder: string,
  layer: string,
  packages: Package[],
  mirror?: Mirror,
): Promise<void> {
  const root = join(folder, "root");
  const python = pythonWith(asset("layer/requirements.txt"));
  for (const { name, sha256, key, url } of packages) {
    const file = await download({ name, sha256, url, mirror }).catch((error: Failure) => {
      if (name === "cloudhsm-cli") say(TAKEN_DOWN);
      throw error;
    });
    const unpacked = join(folder, "packages", name);
    mkdirSync(dirname(unpacked), { recursive: true });
    try {
      execFileSync(python, [asset("layer/unpack.py"), file, unpacked, name, ...(key ? [key] : [])], {
        stdio: ["ignore", "ignore", "inherit"],
      });
    } catch {
      throw new Failure(`${url} was not taken (above)`);
    }
    cpSync(unpacked, root, { recursive: true, verbatimSymlinks: true });
  }
  const programs = [
    "opt/cloudhsm/bin/cloudhsm-cli",
    "opt/cloudhsm/bin/configure-cli",
    "usr/bin/jq",
    "usr/bin/script",
  ];
  const lacking = programs.filter((program) => !existsSync(join(root, program)));
  if (lacking.length > 0)
    throw new Failure(`the packages lack: ${lacking.map((one) => `/${one}`).join(" ")}`);

  const cloudhsm = join(layer, "cloudhsm");
  for (const part of ["bin", "lib"]) {
    const from = join(root, "opt/cloudhsm", part);
    if (existsSync(from)) cpSync(from, join(cloudhsm, part), { recursive: true, verbatimSymlinks: true });
  }
  for (const name of ["cloudhsm-cli", "configure-cli"])
    symlinkSync(`../cloudhsm/bin/${name}`, join(layer, "bin", name));
  for (const name of ["jq", "script"]) install(join(root, "usr/bin", name), join(layer, "bin", name));
  // /opt is read-only in Lambda: what the CLI writes goes to /tmp, and begins there as its package has it.
  const etc = join(root, "opt/cloudhsm/etc");
  if (existsSync(etc))
    cpSync(etc, join(cloudhsm, "etc.package"), { recursive: true, verbatimSymlinks: true });
  for (const name of ["etc", "log", "run"]) symlinkSync(`/tmp/cloudhsm/${name}`, join(cloudhsm, name));
}

/** The local cloud's stand-in for cloudhsm-cli, and the machine's own jq. */
function packStandIn(layer: string): void {
  const from = standInFolder();
  for (const name of readdirSync(from)) install(join(from, name), join(layer, "bin", name));
  let jq: string;
  try {
    jq = execFileSync("sh", ["-c", "command -v jq"], { encoding: "utf8" }).trim();
  } catch {
    throw new Failure("jq is needed (Debian: apt-get install jq)", 2);
  }
  install(realpathSync(jq), join(layer, "bin/jq"));
}

function install(from: string, to: string): void {
  copyFileSync(from, to);
  chmodSync(to, 0o755);
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => lstatSync(join(folder, name)))
    .filter((stat) => stat.isFile())
    .reduce((sum, { size }) => sum + size, 0);
}
