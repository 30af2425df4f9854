// Files that are built before a deploy, as Terraform takes them: the operator's code and layer, the certificate checks.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { Annotations, AssetType, Fn, TerraformAsset } from "cdktf";
import { Construct } from "constructs";

export interface BuiltFile {
  readonly path: string;
  /** Changes with the file's content. */
  readonly hash: string;
}

const DIST = join(__dirname, "../..", "dist");

/** The function's code; `path` instead of what `npm run build` makes. */
export const functionFile = (scope: Construct, path = join(DIST, "operator.zip")): BuiltFile =>
  builtFile(scope, "code", path, "npm run build");

/** The layer; `path` instead of what `safe-storage build-layer` makes in the app's folder. */
export const layerFile = (scope: Construct, architecture: string, path?: string): BuiltFile => {
  const name = `cloudhsm-cli-layer-${architecture}.zip`;
  const made = join(process.cwd(), "dist", name);
  // Where older versions have put it.
  const ofPackage = join(DIST, name);
  const found = path ?? (!existsSync(made) && existsSync(ofPackage) ? ofPackage : made);
  return builtFile(scope, "layer-zip", found, `safe-storage build-layer --architecture ${architecture}`);
};

/** A program that node runs alone, by its name in `certificate-checks/`. */
export const checkFile = (scope: Construct, name: string): BuiltFile =>
  builtFile(scope, "program", join(DIST, `${name}.cjs`), "npm run build");

/** A review needs no built files: then the path stays as it is, and a plan says that the file is missing. */
function builtFile(scope: Construct, id: string, path: string, builder: string): BuiltFile {
  if (!existsSync(path)) {
    Annotations.of(scope).addWarning(`${path} does not exist yet: run ${builder} before you deploy`);
    return { path, hash: Fn.filebase64sha256(path) };
  }
  const asset = new TerraformAsset(scope, id, { path, type: AssetType.FILE });
  return { path: asset.path, hash: Fn.filebase64sha256(asset.path) };
}
