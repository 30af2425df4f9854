// What one check before a deploy has found.

import { Mark, Row } from "../status/report";

export interface Finding extends Row {
  /** What to do about it, where it is not good. */
  mend?: string;
}

export const finding = (name: string, mark: Mark, state: string, mend?: string): Finding => ({
  name,
  mark,
  state,
  ...(mend && { mend }),
});

/** What could not be looked at stops nothing: who deploys may lack the right to look, and have the right to deploy. */
export const notSeen = (name: string, error: unknown): Finding =>
  finding(name, "note", `could not be looked at: ${(error as Error).message}`);
