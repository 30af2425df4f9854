import { confirmedIf, Observation } from "./claim";
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

/** Whether the operator's `cloudhsm-cli` lists users: it has then found all that it needs. */
export async function usersAreListed(trial: Trial): Promise<Observation> {
  const { users } = await statusOf(trial);
  return confirmedIf(users.length > 0, `user list: ${users.length} users`);
}
