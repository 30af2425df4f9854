// What changes from one review to another: rights, cost, time, what is exposed.

import { nodeName } from "./architecture";
import type { Review } from "./model";
import { dollars, sentenceOf, time } from "./markdown";

/** Lines that only the one or the other has, by what they are about. */
export type Differences = Record<string, { added: string[]; removed: string[] }>;

/** What a reader compares, as lines. */
function factsOf(review: Review): Record<string, string[]> {
  const named = (id: string): string => nodeName(review.architecture, id);
  const plain = (text: string): string => text.replace(/`|\*\*/g, "");
  return {
    rights: review.roles.flatMap(({ name, rights }) =>
      rights.map((right) => plain(`${name}: ${sentenceOf(right)}`)),
    ),
    exposure: review.architecture.edges.map(
      ({ from, to, label }) => `${named(from)} to ${named(to)}: ${label}`,
    ),
    cost: [
      ...review.cost.lines.map(({ what, quantity, usd }) => `${what}, ${quantity}: ${dollars(usd)} a month`),
      `together: ${dollars(review.cost.usdAMonth)} a month`,
    ],
    time: [`deploy: ${time(review.deploy.minutes)}`, `destroy: ${time(review.destroy.minutes)}`],
    secrets: review.secrets.map(
      (s) =>
        `${s.name}: ${s.born}; encrypted by ${s.encryptedBy}; ${s.rotation}; ${s.inState ? "in" : "not in"} Terraform's state`,
    ),
    destroy: review.destruction.map(({ what, fate, note }) => `${what}: ${fate}, ${note}`),
    "what watches": review.watches.map(({ name }) => name),
    "accepted findings": review.acceptedFindings.map(
      ({ id, path, comment }) => `${id} of ${path}: ${comment}`,
    ),
  };
}

export function compare(before: Review | undefined, after: Review): Differences {
  const now = factsOf(after);
  const then = before ? factsOf(before) : {};
  const differences: Differences = {};
  for (const [about, lines] of Object.entries(now)) {
    const earlier = then[about] ?? [];
    const added = lines.filter((line) => !earlier.includes(line));
    const removed = earlier.filter((line) => !lines.includes(line));
    if (added.length + removed.length > 0) differences[about] = { added, removed };
  }
  return differences;
}
