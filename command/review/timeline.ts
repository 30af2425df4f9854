// A deploy or a destroy as steps with their times: what waits for what, and which steps nothing can be faster than.

import { durations, Step as AwsStep } from "../../emulator/core/durations";
import { Blueprint, Resource } from "./blueprint";

export interface Step {
  name: string;
  /** Terraform's addresses of it, the one that begins it first. */
  addresses: string[];
  /** Minutes from the beginning, as AWS usually takes them. */
  from: number;
  minutes: number;
  /** Names of the steps that it waits for. */
  waitsFor: string[];
  /** Whether the whole takes longer if this step does. */
  critical: boolean;
}

export interface Timeline {
  steps: Step[];
  minutes: number;
  /** What AWS itself asks for one after the other, in whatever order the rest is made. */
  lowerBoundMinutes: number;
}

const minutes = (step: AwsStep): number => Math.round(durations[step] / 6) / 10;

/** A resource's name and how long it takes, of those that take long enough to be seen. */
type Length = [name: string, step: AwsStep] | undefined;

const CREATED: Record<string, (resource: Resource, blueprint: Blueprint) => Length> = {
  aws_cloudhsm_v2_cluster: () => ["cluster", "cluster created"],
  aws_cloudhsm_v2_hsm: (hsm, blueprint) => [`HSM ${blueprint.zoneOf(hsm)}`, "hsm created"],
  aws_lambda_function: () => ["operator", "function connected"],
  aws_fsx_ontap_file_system: () => ["file system", "file system created"],
  aws_fsx_ontap_storage_virtual_machine: ({ block }) => [
    `storage virtual machine ${block.name}`,
    "svm created",
  ],
  aws_fsx_ontap_volume: ({ block }) => [`volume ${block.name}`, "volume created"],
};
const DELETED: typeof CREATED = {
  aws_cloudhsm_v2_cluster: () => ["cluster", "cluster deleted"],
  aws_cloudhsm_v2_hsm: (hsm, blueprint) => [`HSM ${blueprint.zoneOf(hsm)}`, "hsm deleted"],
  aws_lambda_function: () => ["operator's interfaces", "function interface released"],
  aws_fsx_ontap_file_system: () => ["file system", "file system deleted"],
  aws_fsx_ontap_storage_virtual_machine: ({ block }) => [
    `storage virtual machine ${block.name}`,
    "svm deleted",
  ],
  aws_fsx_ontap_volume: ({ block }) => [`volume ${block.name}`, "volume deleted"],
};
/** Actions of the operator, in the first invocation of each. */
const ACTIONS: Record<string, Length> = {
  initialize: ["initialize", "cluster initialized"],
  activate: ["activate", "cluster activated"],
  "create-kmsuser": ["kmsuser", "hsm cloned"],
  "connect-key-store": ["connect the key store", "key store connected"],
  "ensure-hsms": ["HSMs by the operator", "hsm created"],
  "join-active-directory": ["join the directory", "svm joined"],
};
/**
 * What AWS makes only one after the other: an HSM of a cluster, its initialization, two HSMs for a key store, a connected key store for a key,
 * a key for a file system. Source: «Create a custom key store», AWS KMS Developer Guide; «Getting started», AWS CloudHSM User Guide.
 */
const FORCED: AwsStep[] = [
  "cluster created",
  "hsm created",
  "cluster initialized",
  "cluster activated",
  "hsm created",
  "key store connected",
  "file system created",
  "svm created",
  "volume created",
];

/** Told apart by the construct around it, where there are several. */
const ownerOf = (path: string): string => path.split("/").slice(0, -1).join("/");

/** @param isThere tells of a resource that was made before, and so takes no time. */
export function deployOf(blueprint: Blueprint, isThere = (_address: string): boolean => false): Timeline {
  // Attempts in a row share the time of the first.
  const attempts = new Map<string, string[]>();
  const lengthOf = (resource: Resource): Length => {
    if (isThere(resource.address)) return undefined;
    if (resource.type !== "aws_lambda_invocation") return CREATED[resource.type]?.(resource, blueprint);
    const { action } = blueprint.actionOf(resource);
    const length = ACTIONS[action];
    if (!length) return undefined;
    const chain = `${action} ${ownerOf(resource.path)}`;
    const earlier = attempts.get(chain) ?? [];
    attempts.set(chain, [...earlier, resource.address]);
    return earlier.length === 0 ? length : undefined;
  };
  const timeline = timelineOf(blueprint, (address) => blueprint.before(address), lengthOf, FORCED);
  for (const step of timeline.steps)
    step.addresses = [...attempts.values()].find(([first]) => first === step.addresses[0]) ?? step.addresses;
  return timeline;
}

export function destroyOf(blueprint: Blueprint): Timeline {
  const after = new Map<string, string[]>();
  for (const { address } of blueprint.resources.values())
    for (const before of blueprint.before(address))
      after.set(before, [...(after.get(before) ?? []), address]);
  const lengthOf = (resource: Resource): Length => {
    if (resource.type !== "aws_lambda_invocation") return DELETED[resource.type]?.(resource, blueprint);
    return blueprint.actionOf(resource).onDelete === "delete-key-store"
      ? ["disconnect the key store", "key store disconnected"]
      : undefined;
  };
  const forced: AwsStep[] = [
    "volume deleted",
    "svm deleted",
    "file system deleted",
    "key store disconnected",
    "hsm deleted",
    "function interface released",
  ];
  return timelineOf(blueprint, (address) => after.get(address) ?? [], lengthOf, forced);
}

function timelineOf(
  blueprint: Blueprint,
  before: (address: string) => string[],
  lengthOf: (resource: Resource) => Length,
  forced: AwsStep[],
): Timeline {
  const ordered = inOrder([...blueprint.resources.keys()], before);
  const lengths = new Map(ordered.map((address) => [address, lengthOf(blueprint.resources.get(address)!)]));
  const names = [...lengths.values()].map((length) => length?.[0]);
  /** With its owner's path, where several have the name. */
  const nameOf = (address: string, name: string): string =>
    names.filter((other) => other === name).length === 1
      ? name
      : `${name} of ${ownerOf(blueprint.resources.get(address)!.path)}`;
  const ends = new Map<string, number>();
  /** The steps that a resource comes directly after. */
  const behind = new Map<string, Set<string>>();
  const byName = new Map<string, Step>();
  const kinds = new Set<AwsStep>();
  for (const address of ordered) {
    const earlier = before(address);
    const from = Math.max(0, ...earlier.map((other) => ends.get(other) ?? 0));
    const steps = new Set(earlier.flatMap((other) => [...(behind.get(other) ?? [])]));
    const length = lengths.get(address);
    if (!length) {
      ends.set(address, from);
      behind.set(address, steps);
      continue;
    }
    const name = uniqueName(nameOf(address, length[0]), byName);
    kinds.add(length[1]);
    const step = {
      name,
      addresses: [address],
      from,
      minutes: minutes(length[1]),
      waitsFor: [...steps],
      critical: false,
    };
    byName.set(name, step);
    ends.set(address, from + step.minutes);
    behind.set(address, new Set([name]));
  }
  const steps = [...byName.values()];
  for (const step of steps) step.waitsFor = direct(step.waitsFor, byName);
  const whole = Math.max(0, ...steps.map((s) => s.from + s.minutes));
  markCritical(steps, whole);
  const counted = forced.filter((kind) => kinds.has(kind));
  return {
    steps: steps.sort((a, b) => a.from - b.from || a.name.localeCompare(b.name)),
    minutes: round(whole),
    lowerBoundMinutes: round(
      Math.min(
        whole,
        counted.reduce((sum, kind) => sum + minutes(kind), 0),
      ),
    ),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;

function uniqueName(name: string, taken: Map<string, Step>): string {
  for (let i = 1; ; i++) {
    const one = i === 1 ? name : `${name} (${i})`;
    if (!taken.has(one)) return one;
  }
}

/** Each after those before it. */
function inOrder(addresses: string[], before: (address: string) => string[]): string[] {
  const ordered: string[] = [];
  const seen = new Set<string>();
  const visit = (address: string): void => {
    if (seen.has(address)) return;
    seen.add(address);
    before(address).forEach(visit);
    ordered.push(address);
  };
  addresses.forEach(visit);
  return ordered;
}

/** Without those that others of them wait for. */
function direct(names: string[], steps: Map<string, Step>): string[] {
  const implied = new Set<string>();
  const imply = (name: string): void =>
    steps.get(name)!.waitsFor.forEach((other) => {
      if (implied.has(other)) return;
      implied.add(other);
      imply(other);
    });
  names.forEach(imply);
  return names.filter((name) => !implied.has(name));
}

/** Backwards from the last one: each step that ends when a critical one begins. */
function markCritical(steps: Step[], end: number): void {
  const ends = (step: Step): number => step.from + step.minutes;
  let front = steps.filter((step) => Math.abs(ends(step) - end) < 0.01);
  while (front.length > 0) {
    for (const step of front) step.critical = true;
    const names = new Set(
      front.flatMap((step) =>
        step.waitsFor.filter((name) => {
          const other = steps.find((s) => s.name === name)!;
          return !other.critical && Math.abs(ends(other) - step.from) < 0.01;
        }),
      ),
    );
    front = steps.filter(({ name }) => names.has(name));
  }
}
