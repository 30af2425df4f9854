// Root certificates in files, pinned as a person pins them, for the tests that need a pair.

import { X509Certificate } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HsmRoots } from "../../constructs";
import { makeRoots } from "../../emulator/cloudhsm/certificates";

export interface PinnedRoots {
  folder: string;
  roots: HsmRoots;
  pems: string[];
}

export async function pinnedRoots(): Promise<PinnedRoots> {
  const folder = mkdtempSync(join(tmpdir(), "pinned-roots-"));
  const made = await makeRoots(Date.now());
  const pems = [made.aws, made.manufacturer].map(({ certificate }) => certificate.toString("pem"));
  const [awsRoot, manufacturerRoot] = pems.map((pem, i) => {
    const file = join(folder, `root-${i}.pem`);
    writeFileSync(file, pem);
    return { file, sha256: new X509Certificate(pem).fingerprint256 };
  });
  return { folder, roots: { awsRoot, manufacturerRoot }, pems };
}
