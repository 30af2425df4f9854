// Backups of a deployment's HSMs, and their copies in other regions.

import { DeploymentState, Operator } from "../app/deployment";
import { Event, invokeOperator } from "../app/operator";
import { deploymentAt, Where } from "../app/state";
import { Failure, say } from "../failure";
import { isOfVolume, VolumeBackups } from "./volumes";

export interface Given extends Where {
  region?: string;
  json?: boolean;
  volume?: string;
  machine?: string;
}

/** CloudHSM shows times as seconds since the epoch. */
export const shownTime = (seconds: number): string =>
  new Date(Math.floor(seconds) * 1000).toISOString().replace(".000Z", "Z");

class HsmBackups {
  readonly home: string;

  constructor(readonly deployment: DeploymentState) {
    this.home = deployment.home.region;
  }

  static async of(given: Where): Promise<HsmBackups> {
    return new HsmBackups(new DeploymentState(await deploymentAt(given)));
  }

  get regions(): string[] {
    return [...new Set(this.deployment.operators.map(({ region }) => region))].sort();
  }

  /** The function of a region: at home that which copies nothing. */
  operator(region = this.home): Operator {
    const found = this.deployment.operators.find(
      (one) => one.region === region && (one.copies === undefined) === (region === this.home),
    );
    if (!found) throw new Failure(`the deployment copies no backups to ${region}`);
    return found;
  }

  ask(region: string | undefined, event: Event): Promise<any> {
    const [clusterId] = this.deployment.clusterIds;
    return invokeOperator(this.operator(region).arn, { ...event, clusterId });
  }
}

export async function list(given: Given): Promise<void> {
  const backups = await HsmBackups.of(given);
  const volumes = new VolumeBackups(backups.deployment);
  const found: Record<string, any[]> = {};
  for (const region of backups.regions.filter((one) => given.region === undefined || one === given.region)) {
    if (region === backups.home && !backups.deployment.hasPolicy("backups-on-demand") && volumes.allowed) {
      say("backups of the HSMs are not shown: the setting cluster.backupsOnDemand is not true");
      continue;
    }
    found[region] = (await backups.ask(region, { action: "list-backups" })).backups;
    if (given.json) continue;
    say(region);
    for (const backup of found[region]) console.log(`  ${lineOf(backup)}`);
  }
  const isHome = given.region === undefined || given.region === backups.home;
  const ofVolumes = isHome ? await volumes.list(given.json) : {};
  if (given.json) console.log(JSON.stringify({ hsms: found, volumes: ofVolumes }, null, 2));
}

const lineOf = (backup: Record<string, any>): string =>
  [
    backup.BackupId,
    backup.BackupState,
    shownTime(backup.CreateTimestamp),
    backup.NeverExpires && "never expires",
    backup.SourceBackup && `copy of ${backup.SourceBackup} in ${backup.SourceRegion}`,
    backup.DeleteTimestamp && `gone on ${shownTime(backup.DeleteTimestamp)}`,
  ]
    .filter(Boolean)
    .join("  ");

export async function copy(given: Given): Promise<void> {
  const backups = await HsmBackups.of(given);
  if (given.region === backups.home)
    throw new Failure(`copies are made in another region than ${backups.home}: name it by --region`, 2);
  const { copies } = backups.operator(given.region);
  const { newest, notice, message } = await backups.ask(given.region, {
    ...copies,
    action: "replicate-backups",
  });
  console.log(
    newest
      ? `newest copy: ${newest.BackupId} of ${newest.SourceBackup}, taken on ${shownTime(newest.CreateTimestamp)}`
      : (notice ?? message ?? "done"),
  );
}

export async function keep(id: string, given: Given): Promise<void> {
  if (id.startsWith("fsvol-")) return (await VolumeBackups.of(given)).keep(id);
  refuseVolumes(
    id,
    "FSx deletes automatic backups with their retention, and no others: safe-storage backups keep VOLUME takes one that stays, or restore it into a volume",
  );
  await change(given, { action: "set-backup-expiry", neverExpires: "true", backupId: id });
}

export async function release(id: string, given: Given): Promise<void> {
  refuseVolumes(id);
  await change(given, { action: "set-backup-expiry", neverExpires: "false", backupId: id });
}

export async function deleteBackup(id: string, given: Given): Promise<void> {
  refuseVolumes(id);
  await change(given, { action: "delete-backup", backupId: id });
}

export async function restore(id: string, given: Given): Promise<void> {
  if (isOfVolume(id)) {
    if (given.volume === undefined) throw new Failure("name the new volume by --volume NAME", 2);
    return (await VolumeBackups.of(given)).restore(id, given.volume, given.machine);
  }
  if (given.volume ?? given.machine) throw new Failure(`${id} is of the HSMs, which have no volumes`, 2);
  await change(given, { action: "restore-backup", backupId: id });
}

async function change(given: Given, event: Event): Promise<void> {
  if (!event.backupId.startsWith("backup-"))
    throw new Failure(`${event.backupId} is no backup's id: backup-…`, 2);
  const answer = await (await HsmBackups.of(given)).ask(given.region, event);
  console.log(
    answer.deletedForGoodAt
      ? `it can be brought back until ${shownTime(answer.deletedForGoodAt)}`
      : (answer.notice ?? answer.message ?? "done"),
  );
}

function refuseVolumes(
  id: string,
  why = "a volume's backup stays or expires by itself: aws fsx delete-backup deletes it for good",
): void {
  if (isOfVolume(id) || id.startsWith("fsvol-")) throw new Failure(why, 2);
}
