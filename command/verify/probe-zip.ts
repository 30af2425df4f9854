// The probe's zip: the operator's files, with one action more.

import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asset } from "../assets";
import { zipFolder } from "../layer/zip-folder";

export async function makeProbeZip(out: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "safe-storage-probe-"));
  try {
    cpSync(asset("runtime"), folder, { recursive: true, dereference: true });
    cpSync(asset("probe"), join(folder, "actions"), { recursive: true, dereference: true });
    await zipFolder(folder, out);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
