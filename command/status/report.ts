// What is seen of a deployment.

/** `good` and `bad` decide on health; `note` is worth knowing and neither. */
export type Mark = "good" | "bad" | "note";

export interface Row {
  name: string;
  state: string;
  mark: Mark;
}

export interface Section {
  title: string;
  rows: Row[];
}

/** A step of a deploy. */
export interface Step {
  name: string;
  state: "done" | "running" | "waiting";
  /** Of one that runs. */
  seconds?: number;
  /** What AWS usually takes for it. */
  usually: string;
}

export interface Report {
  healthy: boolean;
  sections: Section[];
  /** Of a deploy or destroy that is in progress in the folder. */
  deploying?: Step[];
}

export const row = (name: string | undefined, state: string, mark: Mark): Row => ({
  name: name ?? "?",
  state,
  mark,
});
