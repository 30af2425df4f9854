import type { Trial } from "./trial";

/** What several claims are about is looked at once for a trial, since HSMs are paid for by the hour. */
export function oncePerTrial<Seen>(
  observe: (trial: Trial) => Promise<Seen>,
): (trial: Trial) => Promise<Seen> {
  const observed = new WeakMap<Trial, Promise<Seen>>();
  return (trial) => {
    const seen = observed.get(trial) ?? observe(trial);
    observed.set(trial, seen);
    return seen;
  };
}
