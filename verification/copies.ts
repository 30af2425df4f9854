// Copies of the trial's backups in the other region.

import type { Backup } from "@aws-sdk/client-cloudhsm-v2";
import { cloudHsm } from "../command/app/clients";
import type { Trial } from "./trial";

/** The newest that is READY, as DescribeBackups has it. */
export async function newestCopy(trial: Trial): Promise<Backup> {
  const { newest } = await trial.copier({ action: "newest-copy", clusterId: trial.outputs.cluster_id });
  const Filters = { backupIds: [newest.BackupId] };
  return (await cloudHsm(trial.copyRegion).describeBackups({ Filters })).Backups![0];
}
