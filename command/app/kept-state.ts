// A local state. Terraform empties the file before it writes it again: killed in between, it would have forgotten everything, without a word,
// and would build it all a second time. So each whole state is kept beside it.

import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { SynthesizedStack } from "./app";
import { localStateOf } from "./stack";
import { say } from "../failure";

const EVERY_MS = 200;

/** The file of a stack's state, where it is one. */
export const stateFile = ({ folder }: SynthesizedStack): string | undefined =>
  localStateOf(folder, JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")));

/** A state that was written to its end. */
function isWhole(file: string): boolean {
  try {
    return Boolean(JSON.parse(readFileSync(file, "utf8")).lineage);
  } catch {
    return false;
  }
}

const changed = (file: string): number => (existsSync(file) ? statSync(file).mtimeMs : 0);

/** The copy is as private as the state, and as old. */
function copy(from: string, to: string): void {
  const { atime, mtime } = statSync(from);
  copyFileSync(from, to);
  utimesSync(to, atime, mtime);
}

/** Copies each whole state, until the function that it gives is called. */
export function keepState(state: string): () => void {
  const [kept, next] = [`${state}.kept`, `${state}.new`];
  const timer = setInterval(() => {
    try {
      if (changed(state) <= changed(kept)) return;
      copy(state, next);
      if (isWhole(next)) renameSync(next, kept);
    } catch {
      // Terraform is just writing it: the next time will do.
    }
  }, EVERY_MS);
  return () => clearInterval(timer);
}

/** Puts the kept state back where the state itself was cut off. */
export function restoreState(state: string): void {
  const kept = `${state}.kept`;
  if (!existsSync(state) || isWhole(state) || !isWhole(kept)) return;
  say(`${state} was cut off by a kill: going on with the copy of ${statSync(kept).mtime.toISOString()}`);
  copy(kept, state);
}

export function forgetKeptState(state: string): void {
  for (const copy of [`${state}.kept`, `${state}.new`]) rmSync(copy, { force: true });
}
