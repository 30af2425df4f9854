// Manual changes that a deploy does not undo: it reports them, with the command that would.

import { paginateDescribeBackups } from "@aws-sdk/client-cloudhsm-v2";
import { cloudHsm } from "../app/clients";
import { Stack } from "../app/stack";
import { blueprintIn } from "../review/blueprint";

export async function noticeHands(stack: Stack): Promise<void> {
  for (const address of stack.addresses("aws_cloudhsm_v2_cluster")) {
    const id = stack.instance(address)?.attributes.cluster_id as string | undefined;
    if (!id) continue;
    await noticeHsms(stack, address, id);
    await noticeBackups(stack, address, id);
  }
}

/** HSMs that are not in the state: paid for until somebody deletes them. */
async function noticeHsms(stack: Stack, address: string, id: string): Promise<void> {
  const { Clusters } = await cloudHsm(stack.region).describeClusters({ Filters: { clusterIds: [id] } });
  const own = [
    ...stack.addresses("aws_cloudhsm_v2_hsm").map((a) => stack.wanted[a].ip_address),
    ...blueprintIn(stack.folder)
      .operatorHsms()
      .map(({ ipAddress }) => ipAddress),
  ];
  for (const hsm of Clusters?.[0]?.Hsms ?? []) {
    if (own.includes(hsm.EniIp) || /^DELETE/.test(hsm.State!)) continue;
    console.log(
      `${address}: HSM ${hsm.HsmId} at ${hsm.EniIp} in ${hsm.AvailabilityZone} is not this stack's, and is paid for as long as it is there.`,
    );
    console.log(`  To delete it: aws cloudhsmv2 delete-hsm --cluster-id ${id} --hsm-id ${hsm.HsmId}`);
  }
}

/** Backups that somebody has deleted: for seven days they can be restored («DeleteBackup», AWS CloudHSM API Reference). */
async function noticeBackups(stack: Stack, address: string, id: string): Promise<void> {
  const client = cloudHsm(stack.region);
  const Filters = { clusterIds: [id], states: ["READY", "PENDING_DELETION"] };
  let ready = 0;
  for await (const { Backups } of paginateDescribeBackups({ client }, { Filters }))
    for (const { BackupId, BackupState, DeleteTimestamp } of Backups!) {
      if (BackupState === "READY") ready++;
      if (BackupState !== "PENDING_DELETION") continue;
      console.log(
        `${address}: backup ${BackupId} was deleted and is gone for good on ${DeleteTimestamp!.toISOString().slice(0, 10)}.`,
      );
      console.log(`  To bring it back: aws cloudhsmv2 restore-backup --backup-id ${BackupId}`);
    }
  const active = stack.addresses("aws_cloudhsm_v2_hsm").every((a) => stack.instance(a));
  if (ready === 0 && active)
    console.log(
      `${address}: cluster ${id} has no READY backup. AWS makes one a day, and when an HSM is deleted.`,
    );
}
