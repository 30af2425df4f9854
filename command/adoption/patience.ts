// Waits for AWS, with a limit.

import { setTimeout as sleep } from "node:timers/promises";

/** AWS's longest creation is a file system's; HSMs and clusters are faster. */
const PATIENCE_MS = 90 * 60 * 1000;
const POLL_MS = 5 * 1000;

/** Asks until the answer `holds`; where it does not in time, throws what `wrong` says of it. */
export async function patiently<T>(
  wrong: (answer: T) => string,
  ask: () => Promise<T>,
  holds: (answer: T) => boolean,
): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > deadline) throw new Error(wrong(answer));
    await sleep(POLL_MS);
  }
}
