// Prepares a deploy that makes the lost cluster from a backup. `choose [BACKUP]` prints the id of the backup, the newest unless
// one is given; `forget` takes what is gone out of the state.

import { lostCluster } from "./lost-cluster";
import { Stack } from "./stack";

async function main(): Promise<void> {
  const [folder, command, given] = process.argv.slice(2);
  const stack = new Stack(folder, process.env.TERRAFORM_BINARY_NAME ?? "terraform");
  const lost = await lostCluster(stack);
  if (!lost)
    throw new Error("no cluster of this stack is lost; an interrupted recovery goes on with scripts/deploy");
  if (command === "forget") {
    const hsms = stack.addresses("aws_cloudhsm_v2_hsm").filter((address) => stack.instance(address));
    return stack.forget([lost.address, ...hsms]);
  }
  if (given) return console.log(given);
  if (!lost.backup)
    throw new Error(
      `cluster ${lost.id} has no READY backup in this region. One that was deleted in the last seven days comes back by aws cloudhsmv2 restore-backup; one of another region by aws cloudhsmv2 copy-backup-to-region, called there: then name it with --backup`,
    );
  console.error(
    `Cluster ${lost.id} is gone; its newest backup is of ${lost.backup.CreateTimestamp!.toISOString()}.`,
  );
  console.log(lost.backup.BackupId);
}

main().catch((error: Error) => {
  console.error(`recover-cluster: ${error.message}`);
  process.exitCode = 1;
});
