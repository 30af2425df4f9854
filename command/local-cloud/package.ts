// The package safe-storage-local-cloud, which the command takes where its user has installed it: it brings moto along.

import { createRequire } from "node:module";
import { join } from "node:path";
import type { files, LocalCloud } from "../../emulator/index";
import { Failure } from "../failure";

interface LocalCloudPackage {
  files: typeof files;
  start: (typeof LocalCloud)["start"];
}

/** Beside the command, or of the app in the working directory. */
export function localCloudPackage(): LocalCloudPackage {
  for (const from of [__filename, join(process.cwd(), "package.json")])
    try {
      return withStart(createRequire(from)("safe-storage-local-cloud"));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  throw new Failure(
    "the local cloud is a package of its own: npm install --save-dev safe-storage-local-cloud",
    2,
  );
}

const withStart = (loaded: { files: typeof files; LocalCloud: typeof LocalCloud }): LocalCloudPackage => ({
  files: loaded.files,
  start: (options) => loaded.LocalCloud.start(options),
});

export const standInFolder = (): string => localCloudPackage().files.standIn;
