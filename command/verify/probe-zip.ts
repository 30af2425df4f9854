// The zip of a trial's functions: the operator's files, with one action more, and what they ask AWS in their logs.

import { appendFileSync, copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asset } from "../assets";
import { zipFolder } from "../layer/zip-folder";

export async function makeProbeZip(out: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "safe-storage-probe-"));
  try {
    cpSync(asset("runtime"), folder, { recursive: true, dereference: true });
    for (const file of ["probe.sh", "probe.json"])
      copyFileSync(join(asset("probe"), file), join(folder, "actions", file));
    appendFileSync(join(folder, "lib/aws.sh"), readFileSync(join(asset("probe"), "record.sh")));
    await zipFolder(folder, out);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
