// Lets an app's settings deploy into the local cloud: its HSMs are proven by roots of its own, and its cloudhsm-cli is a stand-in.

import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildLayer } from "../layer/build-layer";
import { Failure, say } from "../failure";
import { urlOf } from "./background";

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

/** In its settings.json; for an app without that file they are printed. */
export async function setForLocalCloud({
  folder = ".",
  port,
}: {
  folder?: string;
  port: number;
}): Promise<void> {
  const identityCheck = await rootsOf(urlOf(port), folder);
  const layerZip = join(resolve(folder), "dist/stand-in-layer.zip");
  await buildLayer({ architecture: "x86_64", standIn: true, out: layerZip });
  const file = join(resolve(folder), "settings.json");
  if (!existsSync(file)) return console.log(JSON.stringify({ identityCheck, layerZip }, null, 2));
  const settings = JSON.parse(readFileSync(file, "utf8"));
  settings.operator = { ...settings.operator, layerZip };
  settings.cluster = { ...settings.cluster, identityCheck };
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);
  say(`${file} is for the local cloud on port ${port}`);
}
