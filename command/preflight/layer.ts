// Whether the operator's layer was built, of the pinned packages, and is still what was built.

import { existsSync } from "node:fs";
import { asset } from "../assets";
import { LayerManifest, readLayer } from "../layer/layer-manifest";
import { packagesOf } from "../layer/packages";
import { Blueprint } from "../review/blueprint";
import { finding, Finding } from "./finding";

/** @param fileOf finds a file that the stack names. */
export const checkLayers = (blueprint: Blueprint, fileOf: (path: string) => string): Promise<Finding[]> =>
  Promise.all(
    blueprint.of("aws_lambda_layer_version").map(({ path, block }) => {
      const architecture = [block.compatible_architectures ?? []].flat()[0] ?? "x86_64";
      return checkLayer(path, fileOf(String(block.filename)), architecture);
    }),
  );

async function checkLayer(name: string, file: string, architecture: string): Promise<Finding> {
  const build = `safe-storage build-layer --architecture ${architecture}`;
  const bad = (state: string): Finding => finding(name, "bad", state, build);
  if (!existsSync(file)) return bad(`${file} is not there`);
  let content;
  try {
    content = await readLayer(file);
  } catch (error) {
    return bad(`${file} is no zip archive: ${(error as Error).message}`);
  }
  const { manifest, different } = content;
  if (!manifest)
    return finding(name, "note", "not built by safe-storage build-layer: nothing tells what is in it", build);
  if (different.length > 0)
    return bad(`the digest is another than when it was built: ${different.slice(0, 3).join(", ")}`);
  if (manifest.architecture !== architecture)
    return bad(`it is for ${manifest.architecture}, the function for ${architecture}`);
  if (manifest.standIn)
    return process.env.AWS_ENDPOINT_URL
      ? finding(name, "good", "the local cloud's stand-in, as it was built")
      : bad("it has the local cloud's stand-in for cloudhsm-cli, and this is AWS");
  return isOfPinned(manifest)
    ? finding(name, "good", "as it was built, of the pinned packages")
    : finding(name, "note", "built of other packages than this version of safe-storage pins", build);
}

function isOfPinned({ architecture, packages }: LayerManifest): boolean {
  const pinned = packagesOf(asset("layer/packages"), architecture);
  return (
    pinned.length === Object.keys(packages).length &&
    pinned.every(({ name, sha256 }) => packages[name] === sha256)
  );
}
