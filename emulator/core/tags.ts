// Tags, as all services overwrite them, and as IAM sees them.

import type { Tag } from "./state";

/** The tags after `added` have been put on: a key that is there already gets the new value. */
export function overwritten<T>(tags: T[], added: T[], keyOf: (tag: T) => string): T[] {
  const byKey = new Map(added.map((tag) => [keyOf(tag), tag]));
  return [...tags.filter((tag) => !byKey.has(keyOf(tag))), ...byKey.values()];
}

/** Their condition keys: «AWS global condition context keys», IAM User Guide. */
export const tagContext = (kind: "ResourceTag" | "RequestTag", tags: Tag[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [`aws:${kind}/${Key}`, Value]));
