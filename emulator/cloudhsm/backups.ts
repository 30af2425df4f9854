// Backups: taken when HSMs come and go and daily, copied to other regions, expired, deleted, restored.

import { decide, list, Statement } from "../access/policy";
import { Cloud, hsmServiceId } from "../core/cloud";
import { Call, Context, Operation } from "../core/context";
import { Backup, Cluster, HsmContents, Region } from "../core/state";
import { backupArn, page } from "./answers";
import { activeHsms, invalidRequest, notFound } from "./lookup";
import { checkTags } from "./tags";

const DAY = 24 * 3600;
/** "A backup can be restored up to 7 days after the DeleteBackup request is made": DeleteBackup, API Reference. */
const PENDING_DELETION = 7 * DAY;

/** A backup has users and keys of an HSM, and what makes a cluster out of them: certificate, trust anchor, history. */
export function takeBackup(cloud: Cloud, regionName: string, cluster: Cluster, contents: HsmContents): void {
  const backup: Backup = {
    BackupId: hsmServiceId("backup"),
    BackupState: "CREATE_IN_PROGRESS",
    ClusterId: cluster.ClusterId,
    CreateTimestamp: cloud.timestamp(),
    HsmType: cluster.HsmType,
    Mode: cluster.Mode,
    NeverExpires: false,
    history: cluster.history,
    clusterCertificate: cluster.clusterCertificate!,
    trustAnchor: cluster.trustAnchor!,
    contents: structuredClone(contents),
    tags: structuredClone(cluster.tags),
  };
  cloud.region(regionName).backups[backup.BackupId] = backup;
  cloud.schedule("backup ready", regionName, backup.BackupId);
  cloud.scheduleIn(cluster.BackupRetentionDays * DAY, "backup expired", regionName, backup.BackupId);
}

export function newestBackup(region: Region, cluster: Cluster): Backup | undefined {
  return Object.values(region.backups)
    .filter(
      (b) => b.ClusterId === cluster.ClusterId && ["READY", "CREATE_IN_PROGRESS"].includes(b.BackupState),
    )
    .sort((a, b) => b.CreateTimestamp - a.CreateTimestamp)[0];
}

/** The backup that a cluster can be made from, by its id or ARN. */
export function restorableBackup(cloud: Cloud, region: Region, idOrArn: string): Backup {
  const id = idOrArn.split("/").pop()!;
  const backup = region.backups[id];
  // "If using a backup in another account, the full ARN must be supplied": CreateCluster, API Reference.
  const account = idOrArn.startsWith("arn:") ? idOrArn.split(":")[4] : cloud.accountId;
  if (
    !backup ||
    (backup.owner ?? cloud.accountId) !== account ||
    !isShared(cloud, backup, "cloudhsm:CreateCluster")
  )
    throw notFound(`Backup with ID ${id} does not exist.`);
  if (backup.BackupState !== "READY")
    throw invalidRequest(`Backup ${id} is in state ${backup.BackupState}; it must be READY.`);
  return backup;
}

/** Its own account's, or shared with this account by its policy: «Working with shared backups», AWS CloudHSM User Guide. */
function isShared(cloud: Cloud, backup: Backup, action: string): boolean {
  if (!backup.owner) return true;
  const { accountId } = cloud;
  const names = ["*", accountId, `arn:aws:iam::${accountId}:root`];
  const statements: Statement[] = backup.policy ? list(JSON.parse(backup.policy).Statement) : [];
  const about = statements.filter(
    ({ Principal: who }) => who === "*" || (who && list(who.AWS).some((one) => names.includes(one))),
  );
  // A policy of a resource is about this resource, whatever it names.
  const policy = { Statement: about.map((s) => ({ ...s, Resource: "*" })) };
  return decide([policy], { action, resource: "*", context: {} }) === "Allow";
}

/** "Daily": «Managing backups», AWS CloudHSM User Guide. Begins when the cluster becomes active. */
export function scheduleDailyBackup(cloud: Cloud, regionName: string, clusterId: string): void {
  cloud.scheduleIn(DAY, "daily backup", regionName, clusterId);
}

export function backupOperations({ cloud, regions }: Context): Record<string, Operation> {
  cloud.on("backup ready", (region, id) => {
    const backup = cloud.region(region).backups[id];
    if (backup?.BackupState === "CREATE_IN_PROGRESS") backup.BackupState = "READY";
  });
  cloud.on("backup expired", (region, id) => {
    const { backups } = cloud.region(region);
    const backup = backups[id];
    if (!backup || backup.NeverExpires || backup.BackupState !== "READY") return;
    // A cluster's last backup is kept: «Managing backups», AWS CloudHSM User Guide.
    const others = Object.values(backups).some(
      (b) => b !== backup && b.ClusterId === backup.ClusterId && b.BackupState === "READY",
    );
    if (others) delete backups[id];
  });
  cloud.on("backup deleted", (region, id) => {
    delete cloud.region(region).backups[id];
  });
  cloud.on("daily backup", (regionName, id) => {
    const cluster = cloud.region(regionName).clusters[id];
    if (!cluster || cluster.State.startsWith("DELETE")) return;
    const [hsm] = activeHsms(cluster);
    if (hsm) takeBackup(cloud, regionName, cluster, hsm.contents);
    scheduleDailyBackup(cloud, regionName, id);
  });

  const find = (region: Region, id: string): Backup => {
    if (!region.backups[id] || region.backups[id].owner)
      throw notFound(`Backup with ID ${id} does not exist.`);
    return region.backups[id];
  };
  const describe = (
    {
      contents: _,
      history: __,
      clusterCertificate: ___,
      trustAnchor: ____,
      policy: _____,
      owner,
      tags,
      ...shown
    }: Backup,
    regionName: string,
  ) => ({
    ...shown,
    BackupArn: backupArn(owner ?? cloud.accountId, regionName, shown.BackupId),
    TagList: tags,
  });

  return {
    DescribeBackups(input, { region, regionName }: Call) {
      const filters: Record<string, string[]> = input.Filters ?? {};
      const known = ["backupIds", "sourceBackupIds", "clusterIds", "states", "neverExpires"];
      for (const name of Object.keys(filters))
        if (!known.includes(name))
          throw invalidRequest(`Filter ${name} is not valid; use one of ${known.join(", ")}.`);
      const has = (name: string, value: unknown) => !filters[name] || filters[name].includes(String(value));
      const chosen = Object.values(region.backups)
        .filter((b) => (input.Shared ? b.owner && isShared(cloud, b, "cloudhsm:DescribeBackups") : !b.owner))
        .filter(
          (b) =>
            has("backupIds", b.BackupId) && has("clusterIds", b.ClusterId) && has("states", b.BackupState),
        )
        .filter((b) => has("sourceBackupIds", b.SourceBackup) && has("neverExpires", b.NeverExpires))
        .sort((a, b) => (a.CreateTimestamp - b.CreateTimestamp) * (input.SortAscending ? 1 : -1));
      const { items, NextToken } = page(chosen, input, 50);
      return { Backups: items.map((b) => describe(b, regionName)), NextToken };
    },

    CopyBackupToRegion(input, { region, regionName }: Call) {
      // "Cross-account use: No": CopyBackupToRegion, API Reference.
      const source = find(region, input.BackupId);
      if (source.BackupState !== "READY")
        throw invalidRequest(
          `Backup ${source.BackupId} is in state ${source.BackupState}; it must be READY.`,
        );
      if (!regions.includes(input.DestinationRegion) || input.DestinationRegion === regionName)
        throw invalidRequest(`${input.DestinationRegion} is not another region that has AWS CloudHSM.`);
      checkTags(input.TagList ?? []);
      // "CreateTimestamp of the destination backup will be the same as that of the source": CopyBackupToRegion.
      const origin = {
        CreateTimestamp: source.CreateTimestamp,
        SourceRegion: regionName,
        SourceBackup: source.BackupId,
        SourceCluster: source.ClusterId,
      };
      const copy: Backup = {
        ...structuredClone(source),
        ...origin,
        BackupId: hsmServiceId("backup"),
        BackupState: "CREATE_IN_PROGRESS",
        CopyTimestamp: cloud.timestamp(),
        tags: input.TagList ?? structuredClone(source.tags),
        policy: undefined,
      };
      // The cluster's retention policy does not follow it: a copy stays until it is deleted.
      cloud.region(input.DestinationRegion).backups[copy.BackupId] = copy;
      cloud.schedule("backup ready", input.DestinationRegion, copy.BackupId);
      return { DestinationBackup: origin };
    },

    DeleteBackup(input, { region, regionName }: Call) {
      const backup = find(region, input.BackupId);
      if (backup.BackupState !== "READY")
        throw invalidRequest(
          `Backup ${backup.BackupId} is in state ${backup.BackupState}; it must be READY.`,
        );
      backup.BackupState = "PENDING_DELETION";
      backup.DeleteTimestamp = cloud.timestamp() + PENDING_DELETION;
      cloud.scheduleIn(PENDING_DELETION, "backup deleted", regionName, backup.BackupId);
      return { Backup: describe(backup, regionName) };
    },

    RestoreBackup(input, { region, regionName }: Call) {
      const backup = find(region, input.BackupId);
      if (backup.BackupState !== "PENDING_DELETION")
        throw invalidRequest(
          `Backup ${backup.BackupId} is in state ${backup.BackupState}; it must be PENDING_DELETION.`,
        );
      backup.BackupState = "READY";
      delete backup.DeleteTimestamp;
      cloud.cancel("backup deleted", regionName, backup.BackupId);
      return { Backup: describe(backup, regionName) };
    },

    ModifyBackupAttributes(input, { region, regionName }: Call) {
      const backup = find(region, input.BackupId);
      if (backup.BackupState === "PENDING_DELETION")
        throw invalidRequest(`Backup ${backup.BackupId} is pending deletion.`);
      backup.NeverExpires = input.NeverExpires;
      return { Backup: describe(backup, regionName) };
    },
  };
}
