// Makes the lost cluster from a backup.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "../app/app";
import { lockFolder } from "../app/folder-lock";
import { guardedDeploy } from "../deploy/guarded-run";
import { restoreState, stateFile } from "../app/kept-state";
import { Stack } from "../app/stack";
import { terraformBinary } from "../app/terraform";
import { Failure, say } from "../failure";
import { LostCluster, lostCluster } from "./lost-cluster";

interface Given {
  folder?: string;
  stack?: string;
  backup?: string;
}

export async function recover(given: Given, options: string[]): Promise<void> {
  const app = new App(given.folder);
  await lockFolder(app.folder);
  app.synth();
  const found = app.stack(given.stack);
  const state = stateFile(found);
  if (state) restoreState(state);
  app.init(found);
  const before = new Stack(found.folder, terraformBinary());
  const lost = await lostCluster(before);
  if (!lost)
    throw new Failure(
      "no cluster of this stack is lost; an interrupted recovery goes on with safe-storage deploy",
    );
  noteBackup(app, before, lost, given.backup ?? newestBackup(lost));
  const hsms = before.addresses("aws_cloudhsm_v2_hsm").filter((address) => before.instance(address));
  before.forget([lost.address, ...hsms]);
  app.synth();
  await guardedDeploy(app, found, options);
}

function newestBackup({ id, backup }: LostCluster): string {
  if (!backup)
    throw new Failure(
      `cluster ${id} has no READY backup in this region. One that was deleted in the last seven days comes back by aws cloudhsmv2 restore-backup; one of another region by aws cloudhsmv2 copy-backup-to-region, called there: then name it with --backup`,
    );
  say(`Cluster ${id} is gone; its newest backup is of ${backup.CreateTimestamp!.toISOString()}.`);
  return backup.BackupId!;
}

/** In settings.json, or it must be in the app already. */
function noteBackup(app: App, stack: Stack, { address }: LostCluster, backup: string): void {
  const file = join(app.folder, "settings.json");
  if (!existsSync(file)) {
    if (stack.wanted[address].source_backup_identifier === backup) return;
    throw new Failure(
      `set the prop sourceBackupId of the cluster to "${backup}" in the app, and run this again. Nothing was changed`,
    );
  }
  const { sourceBackupId: _, ...settings } = JSON.parse(readFileSync(file, "utf8"));
  settings.cluster = { ...settings.cluster, sourceBackupId: backup };
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`);
  say(`settings.json: cluster.sourceBackupId is ${backup}`);
}
