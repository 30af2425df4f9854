// A claim about AWS that nobody here could verify, and how a trial in an account of somebody's checks it.

import type { Trial } from "./trial";

/** What a trial must have made before a claim can be checked; each has what those before it have. */
export const STAGES = ["free", "cents", "hsms", "everything"] as const;
export type Stage = (typeof STAGES)[number];

export type Verdict = "confirmed" | "refuted" | "not in reach";

export interface Observation {
  readonly verdict: Verdict;
  /** What was seen, or why nothing could be. */
  readonly seen: string;
}

/** One that a trial checks. A check leaves the trial as it was. */
export interface CheckedClaim {
  /** What is believed, a sentence of Markdown. */
  readonly text: string;
  /** The document or report that says so, or `none`. */
  readonly source: string;
  /** How a person with an account checks it without `safe-storage verify`. */
  readonly byHand: string;
  /** What others have seen of it, in docs/evidence.md. @default nobody has reported it */
  readonly reported?: string;
  /** The stage after which it can be checked, and so what the check costs. */
  readonly cost: Stage;
  readonly check: (trial: Trial) => Promise<Observation>;
}

/** One that a trial cannot check. */
export interface ClaimOutOfReach {
  readonly text: string;
  readonly source: string;
  readonly byHand: string;
  readonly reported?: string;
  /** Why. */
  readonly notInReach: string;
}

export type Claim = CheckedClaim | ClaimOutOfReach;

export const isChecked = (claim: Claim): claim is CheckedClaim => "check" in claim;

export const confirmedIf = (holds: boolean, seen: string): Observation => ({
  verdict: holds ? "confirmed" : "refuted",
  seen,
});

export const outOfReach = (why: string): Observation => ({ verdict: "not in reach", seen: why });

/** What AWS refuses a call with, its code and text; undefined where AWS does not. */
export async function refusalOf(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
}
