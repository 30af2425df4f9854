// A Python with packages that are pinned: made once, kept in the user's cache.

import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { homeFolder } from "./home";

/** Its program. The variable SAFE_STORAGE_PYTHON names one that has the packages already. */
export function pythonWith(requirements: string): string {
  const given = process.env.SAFE_STORAGE_PYTHON;
  if (given) return given;
  const digest = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 16);
  const folder = homeFolder(`python-${digest}`);
  const program = join(folder, "bin/python");
  if (existsSync(join(folder, "complete"))) return program;
  const { status } = spawnSync("python3", [
    "-c",
    "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))",
  ]);
  if (status !== 0)
    throw new Error(
      "Python 3.10 or newer with venv is needed (Debian: apt-get install python3 python3-venv)",
    );
  process.stderr.write("Python packages are installed, once\n");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(homeFolder(), { recursive: true });
  try {
    execFileSync("python3", ["-m", "venv", folder], { stdio: ["ignore", "ignore", "inherit"] });
    execFileSync(
      program,
      ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements],
      {
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
    writeFileSync(join(folder, "complete"), "");
  } catch {
    throw new Error("the Python packages could not be installed (above)");
  }
  return program;
}
