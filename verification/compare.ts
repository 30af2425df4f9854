// Where the local cloud answers otherwise than AWS has: two recordings of the same checks, held against each other.

import type { Recorded } from "../command/verify/recorder";

/** Members that say in which state something is. */
const STATE = /^(State|Lifecycle|ConnectionState|KeyState|BackupState|Status|LastUpdateStatus)$/;

interface Seen {
  /** Paths of members with their types, such as `Cluster.Hsms[].State: string`. */
  members: Set<string>;
  /** States in their order, without repetitions. */
  states: string[];
  /** Codes with texts, ids in them left out. */
  errors: Set<string>;
  /** Through which states a resource went, each way once. */
  ways: Set<string>;
}

/** Ids, addresses and times differ from run to run. */
const general = (text: string): string =>
  text
    .replace(/\b(cluster|hsm|cks|fs|fsvol|svm|backup|subnet|vpc|eni|sg)-[0-9a-z]+/g, "$1-…")
    .replace(/\b\d+(\.\d+){3}(\/\d+)?\b/g, "ADDRESS")
    .replace(/\bverify-\d{8}-[0-9a-f]{4}\b/g, "TRIAL");

function* membersOf(value: unknown, path = ""): Generator<[path: string, value: unknown]> {
  if (Array.isArray(value)) for (const one of value) yield* membersOf(one, `${path}[]`);
  else if (value !== null && typeof value === "object")
    for (const [name, member] of Object.entries(value))
      yield* membersOf(member, path ? `${path}.${name}` : name);
  else if (value !== undefined) yield [path, value];
}

function seenIn(calls: Recorded[]): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  for (const { claim, service, operation, output, error } of calls) {
    const key = `${claim}: ${service} ${operation}`;
    const one: Seen = seen.get(key) ?? { members: new Set(), states: [], errors: new Set(), ways: new Set() };
    seen.set(key, one);
    if (claim === "states") {
      one.ways.add((output as { states: string[] }).states.join(" → "));
      continue;
    }
    if (error) one.errors.add(`${error.name}: ${general(error.message)}`);
    for (const [path, value] of membersOf(output)) {
      one.members.add(`${path}: ${value === null ? "null" : typeof value}`);
      const name = path.split(".").at(-1)!;
      if (STATE.test(name) && one.states.at(-1) !== String(value)) one.states.push(String(value));
    }
  }
  return seen;
}

/** Each difference, in a line. */
export function differences(onAws: Recorded[], inLocalCloud: Recorded[]): string[] {
  const [aws, local] = [seenIn(onAws), seenIn(inLocalCloud)];
  const found: string[] = [];
  for (const key of [...new Set([...aws.keys(), ...local.keys()])].sort()) {
    const [there, here] = [aws.get(key), local.get(key)];
    if (!there || !here) {
      found.push(`${key}: called ${there ? "on AWS" : "in the local cloud"} alone`);
      continue;
    }
    for (const what of ["members", "errors", "ways"] as const) {
      for (const one of there[what]) if (!here[what].has(one)) found.push(`${key}: on AWS alone: ${one}`);
      for (const one of here[what])
        if (!there[what].has(one)) found.push(`${key}: in the local cloud alone: ${one}`);
    }
    const [statesThere, statesHere] = [there.states.join(" → "), here.states.join(" → ")];
    if (statesThere !== statesHere)
      found.push(`${key}: states on AWS ${statesThere}; in the local cloud ${statesHere}`);
  }
  return found;
}
