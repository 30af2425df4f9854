// The chain in stages. Each begins where the call that would begin it is refused: all that can be built without it is built
// then, and a snapshot of the local cloud and of the state is taken. Faults of a stage start from its snapshot.

export interface Stage {
  name: string;
  /** The call whose refusal holds a deploy at the stage's beginning. */
  begin?: string;
  /** Which such call it is, counted from the stage before. @default 1 */
  call?: number;
  /** True where a case runs to the end of the chain; else to the next stage's beginning, which must be as without the fault. */
  toTheEnd: boolean;
}

/**
 * The first stages make the most resources, and nothing that a later one could not show by itself: that the cloud and the
 * state are the same at their end as without the fault is enough, since the undisturbed deploy continues from the same place.
 */
export const STAGES: Stage[] = [
  { name: "network and operator", toTheEnd: false },
  { name: "cluster", begin: "CreateCluster", toTheEnd: false },
  { name: "first HSM", begin: "CreateHsm", toTheEnd: false },
  { name: "initialize", begin: "InitializeCluster", toTheEnd: true },
  { name: "activate", begin: "GetRandomPassword", toTheEnd: true },
  { name: "kmsuser", begin: "GetRandomPassword", call: 2, toTheEnd: true },
  { name: "second HSM", begin: "CreateHsm", toTheEnd: true },
  { name: "key store", begin: "CreateCustomKeyStore", toTheEnd: true },
  { name: "connection", begin: "ConnectCustomKeyStore", toTheEnd: true },
  { name: "key", begin: "CreateKey", toTheEnd: true },
  { name: "file system", begin: "CreateFileSystem", toTheEnd: true },
];

/** How a call is broken. What strikes before the call lasts until the deploy has ended; an answer is lost once. */
export const FAULTS = [
  "throttle",
  "error",
  "drop",
  "lose-answer",
  "kill-terraform",
  "kill-operator",
] as const;
export type Fault = (typeof FAULTS)[number];

/** A call of the undisturbed deploy. */
export interface Call {
  operation: string;
  /** Whether the operator makes it, or Terraform. */
  ofOperator: boolean;
  /** The how manieth of the operator's calls in its stage it is. */
  number: number;
}

export interface Case {
  stage: number;
  call: Call;
  fault: Fault;
}

export const changes = (operation: string): boolean =>
  !/^(Describe|List|Get|GET |Lookup|hsm (user-list|login|logout))/.test(operation);

/** The faults that make a difference at a call: Terraform is killed where something would be lost by it. */
export function faultsOf(call: Call): Fault[] {
  const hsm = call.operation.startsWith("hsm ");
  return FAULTS.filter((fault) => {
    if (fault === "kill-operator") return call.ofOperator;
    if (fault === "kill-terraform") return changes(call.operation);
    // An HSM does not throttle and has no HTTP status.
    return !hsm || fault === "drop" || fault === "lose-answer";
  });
}
