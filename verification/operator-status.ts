import type { Trial } from "./trial";

interface Status {
  cluster: { State: string };
  users: { username: string; role: string }[];
  keyStore: { ConnectionState: string } | null;
}

/** What the operator's action `status` says of the trial's cluster. */
export const statusOf = (trial: Trial): Promise<Status> =>
  trial.operator({
    action: "status",
    clusterId: trial.outputs.cluster_id,
    trustAnchor: trial.outputs.trust_anchor,
  });
