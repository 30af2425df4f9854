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
  /** Of resources of a kind, each state, and which came before which. */
  resourceStates: Set<string>;
  order: Set<string>;
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
    const one: Seen = seen.get(key) ?? {
      members: new Set(),
      states: [],
      errors: new Set(),
      resourceStates: new Set(),
      order: new Set(),
    };
    seen.set(key, one);
    if (claim === "states") {
      const { states } = output as { states: string[] };
      states.forEach((state, i) => {
        one.resourceStates.add(state);
        for (const later of states.slice(i + 1)) one.order.add(`${state} before ${later}`);
      });
      continue;
    }
    if (error) one.errors.add(`${error.name}: ${general(error.message)}`);
    for (const [path, value] of membersOf(output)) {
      one.members.add(`${path}: ${value === null ? "null" : typeof value}`);
      // A deploy asks for several resources at a time, in no order, and the operator until it sees what it waits for.
      if (/^(deploy|operator) /.test(claim)) continue;
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
    for (const what of ["members", "errors", "resourceStates"] as const) {
      for (const one of there[what]) if (!here[what].has(one)) found.push(`${key}: on AWS alone: ${one}`);
      for (const one of here[what])
        if (!there[what].has(one)) found.push(`${key}: in the local cloud alone: ${one}`);
    }
    // A state that is over too soon to be seen is no other order.
    for (const pair of there.order) {
      const both = pair.split(" before ");
      if (both.every((state) => here.resourceStates.has(state)) && !here.order.has(pair))
        found.push(`${key}: on AWS alone: ${pair}`);
    }
    const [statesThere, statesHere] = [there.states.join(" → "), here.states.join(" → ")];
    if (statesThere !== statesHere)
      found.push(`${key}: states on AWS ${statesThere}; in the local cloud ${statesHere}`);
  }
  return found;
}
