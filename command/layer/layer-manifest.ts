// What a layer says of itself: what it was built of, and the digest of each of its files.

import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openPromise } from "yauzl"; // the zip reader that the field trusts

const NAME = "safe-storage-layer.json";

export interface LayerManifest {
  architecture: string;
  /** Whether it has the local cloud's stand-in for cloudhsm-cli. */
  standIn: boolean;
  /** Of cloudhsm-cli and what it needs: SHA-256 by name. */
  packages: Record<string, string>;
  /** SHA-256 by path; of a symbolic link, that of its target's path. */
  files: Record<string, string>;
}

const sha256 = (content: Buffer | string): string => createHash("sha256").update(content).digest("hex");

/** Writes it into the layer's folder. */
export function writeManifest(folder: string, about: Omit<LayerManifest, "files">): void {
  const files: Record<string, string> = {};
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    const file = join(folder, path);
    const stat = lstatSync(file);
    if (stat.isSymbolicLink()) files[path] = sha256(readlinkSync(file));
    else if (stat.isFile()) files[path] = sha256(readFileSync(file));
  }
  writeFileSync(join(folder, NAME), `${JSON.stringify({ ...about, files }, null, 2)}\n`);
}

export interface LayerContent {
  /** Undefined for a layer that something else has built. */
  manifest?: LayerManifest;
  /** Files that are not as the manifest says, or of which one side knows nothing. */
  different: string[];
}

/** @throws Error for what is no zip archive. */
export async function readLayer(zip: string): Promise<LayerContent> {
  const archive = await openPromise(zip);
  const found = new Map<string, string>();
  let manifest: LayerManifest | undefined;
  try {
    for await (const entry of archive.eachEntry()) {
      if (entry.fileName.endsWith("/")) continue;
      const chunks: Buffer[] = [];
      for await (const chunk of await archive.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
      const content = Buffer.concat(chunks);
      if (entry.fileName === NAME) manifest = JSON.parse(content.toString());
      else found.set(entry.fileName, sha256(content));
    }
  } finally {
    archive.close();
  }
  if (!manifest) return { different: [] };
  const { files } = manifest;
  const paths = new Set([...found.keys(), ...Object.keys(files)]);
  return { manifest, different: [...paths].filter((path) => found.get(path) !== files[path]).sort() };
}
