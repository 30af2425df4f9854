// Files that the command takes along.

import { join } from "node:path";

/** The path of one. */
export const asset = (...path: string[]): string => join(__dirname, "assets", ...path);
