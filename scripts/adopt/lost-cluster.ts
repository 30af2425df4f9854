// A cluster that is gone is never made anew by the way: the keys of its store are in its backups alone, and another cluster
// has none of them.

import { cloudHsm } from "./clients";
import { Stack } from "./stack";

export async function refuseLostCluster(stack: Stack): Promise<void> {
  const hsm = cloudHsm(stack.region);
  for (const address of Object.keys(stack.wanted).filter((a) => a.startsWith("aws_cloudhsm_v2_cluster."))) {
    const id = stack.instance(address)?.attributes.cluster_id as string | undefined;
    if (!id) continue;
    const Filters = { clusterIds: [id] };
    const [cluster] = (await hsm.describeClusters({ Filters })).Clusters ?? [];
    if (cluster && !/^DELETE/.test(cluster.State!)) continue;
    const [backup] = (await hsm.describeBackups({ Filters, SortAscending: false })).Backups ?? [];
    throw new Error(
      `cluster ${id} of this stack is gone. Nothing was changed: Terraform would make another one, without its keys. ` +
        (backup
          ? `They are in its backups, the newest of which is ${backup.BackupId}: make a cluster from it before that ends («Creating clusters from backups», AWS CloudHSM User Guide). `
          : "No backup of it is left in this region. ") +
        `Only if nothing that its keys have encrypted is needed any more: terraform state rm ${address}, and deploy again.`,
    );
  }
}
