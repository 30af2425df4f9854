// Lets an app's settings deploy into the local cloud: its HSMs are proven by roots of its own, and its cloudhsm-cli is a stand-in.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildLayer } from "../layer/build-layer";
import { say } from "../failure";
import { urlOf } from "./background";
import { rootsOf } from "./roots";

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
