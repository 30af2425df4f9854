// The operator's files as Terraform takes them: its code, and the layer with cloudhsm-cli.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { Annotations, AssetType, Fn, TerraformAsset } from "cdktf";
import { Construct } from "constructs";

export interface OperatorFile {
  readonly path: string;
  /** Changes with the file's content. */
  readonly hash: string;
}

const DIST = join(__dirname, "..", "dist");

/** The function's code; `path` instead of what `npm run build:lambda` makes. */
export const functionFile = (scope: Construct, path = join(DIST, "operator.zip")): OperatorFile =>
  operatorFile(scope, "code", path, "npm run build:lambda");

/** The layer; `path` instead of what `scripts/build-layer` makes. */
export const layerFile = (
  scope: Construct,
  architecture: string,
  path = join(DIST, `cloudhsm-cli-layer-${architecture}.zip`),
): OperatorFile =>
  operatorFile(scope, "layer-zip", path, `scripts/build-layer --architecture ${architecture}`);

/** A review needs no built files: then the path stays as it is, and a plan says that the file is missing. */
function operatorFile(scope: Construct, id: string, path: string, builder: string): OperatorFile {
  if (!existsSync(path)) {
    Annotations.of(scope).addWarning(`${path} does not exist yet: run ${builder} before you deploy`);
    return { path, hash: Fn.filebase64sha256(path) };
  }
  const asset = new TerraformAsset(scope, id, { path, type: AssetType.FILE });
  return { path: asset.path, hash: Fn.filebase64sha256(asset.path) };
}
