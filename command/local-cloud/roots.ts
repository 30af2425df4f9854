// The roots by which the local cloud's HSMs are proven.

import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure } from "../failure";

/** The cluster's setting `identityCheck` for the local cloud, whose roots it puts into the folder. */
export async function rootsOf(
  url: string,
  folder: string,
): Promise<Record<string, { file: string; sha256: string }>> {
  const answer = await fetch(`${url}/_local/roots`).catch(() => {
    throw new Failure(`no local cloud answers at ${url}: safe-storage local-cloud start`);
  });
  const roots: Record<string, { file: string; sha256: string }> = {};
  for (const [name, pem] of Object.entries((await answer.json()) as Record<string, string>)) {
    const file = join(resolve(folder), `${name}-root.pem`);
    writeFileSync(file, pem);
    roots[`${name}Root`] = { file, sha256: new X509Certificate(pem).fingerprint256 };
  }
  return roots;
}
