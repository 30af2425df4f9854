// Where things are kept that were downloaded or made for later, and what runs in the background.

import { homedir } from "node:os";
import { join } from "node:path";

/** The variable SAFE_STORAGE_HOME, else the user's cache: XDG Base Directory Specification. */
export const homeFolder = (...path: string[]): string =>
  join(
    process.env.SAFE_STORAGE_HOME ??
      join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "safe-storage"),
    ...path,
  );
