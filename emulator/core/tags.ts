// Tags, as all services overwrite them.

/** The tags after `added` have been put on: a key that is there already gets the new value. */
export function overwritten<T>(tags: T[], added: T[], keyOf: (tag: T) => string): T[] {
  const byKey = new Map(added.map((tag) => [keyOf(tag), tag]));
  return [...tags.filter((tag) => !byKey.has(keyOf(tag))), ...byKey.values()];
}
