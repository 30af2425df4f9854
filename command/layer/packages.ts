// The packages of cloudhsm-cli and what it needs, as they are pinned.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "../failure";

export interface Package {
  name: string;
  sha256: string;
  /** The key that must have signed it; undefined where its digest alone vouches for it. */
  key?: string;
  url: string;
}

/** The lines of an architecture: ARCHITECTURE NAME SHA256 KEY URL. */
export function packagesOf(file: string, architecture: string): Package[] {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.startsWith(`${architecture} `));
  if (lines.length === 0) throw new Failure(`${file} has no lines for ${architecture}`);
  return lines.map((line) => {
    const [, name, sha256, key, url] = line.trim().split(/ +/);
    if (!/^[0-9a-f]{64}$/.test(sha256 ?? "") || !url)
      throw new Failure(`${file}: not «ARCHITECTURE NAME SHA256 KEY URL»: ${line}`);
    return { name, sha256, url, ...(key !== "-" && { key: join(dirname(file), key) }) };
  });
}
