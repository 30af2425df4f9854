// A cluster that is gone is never made again by the way: the keys of its store are in its backups alone, and another cluster
// has none of them.

import { Backup, paginateDescribeBackups } from "@aws-sdk/client-cloudhsm-v2";
import { cloudHsm } from "../app/clients";
import { Stack } from "../app/stack";

export interface LostCluster {
  address: string;
  id: string;
  /** The newest one that is READY. */
  backup?: Backup;
}

/** The cluster that the state knows and AWS does not. */
export async function lostCluster(stack: Stack): Promise<LostCluster | undefined> {
  const client = cloudHsm(stack.region);
  for (const address of stack.addresses("aws_cloudhsm_v2_cluster")) {
    const id = stack.instance(address)?.attributes.cluster_id as string | undefined;
    if (!id) continue;
    const [cluster] = (await client.describeClusters({ Filters: { clusterIds: [id] } })).Clusters ?? [];
    if (cluster && !/^DELETE/.test(cluster.State!)) continue;
    const Filters = { clusterIds: [id], states: ["READY"] };
    const backups: Backup[] = [];
    for await (const page of paginateDescribeBackups({ client }, { Filters })) backups.push(...page.Backups!);
    backups.sort((a, b) => Number(b.CreateTimestamp) - Number(a.CreateTimestamp));
    return { address, id, backup: backups[0] };
  }
  return undefined;
}

export async function refuseLostCluster(stack: Stack): Promise<void> {
  const lost = await lostCluster(stack);
  if (!lost) return;
  throw new Error(
    `cluster ${lost.id} of this stack is gone. Nothing was changed: Terraform would make another one, without its keys. ` +
      (lost.backup
        ? `They are in its backups, the newest of which is ${lost.backup.BackupId}: safe-storage recover makes a cluster from it and moves the key store there. `
        : "No backup of it is left in this region. ") +
      `Only if nothing that its keys have encrypted is needed any more: terraform state rm ${lost.address}, and deploy again.`,
  );
}
