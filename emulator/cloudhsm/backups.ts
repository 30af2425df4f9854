// Backups: taken when HSMs come and go, described, and kept after the cluster is gone.

import { Cloud, hsmServiceId } from "../cloud";
import { Call, Context, Operation } from "../context";
import { Backup, Cluster, HsmContents, Region } from "../state";
import { invalidRequest } from "./lookup";

export function takeBackup(cloud: Cloud, regionName: string, cluster: Cluster, contents: HsmContents): void {
  const backup: Backup = {
    BackupId: hsmServiceId("backup"),
    BackupState: "CREATE_IN_PROGRESS",
    ClusterId: cluster.ClusterId,
    CreateTimestamp: cloud.timestamp(),
    HsmType: cluster.HsmType,
    Mode: cluster.Mode,
    history: cluster.history,
    contents: structuredClone(contents),
    tags: [],
  };
  cloud.region(regionName).backups[backup.BackupId] = backup;
  cloud.schedule("backup ready", regionName, backup.BackupId);
}

export function newestBackup(region: Region, cluster: Cluster): Backup | undefined {
  return Object.values(region.backups)
    .filter(
      (b) => b.ClusterId === cluster.ClusterId && ["READY", "CREATE_IN_PROGRESS"].includes(b.BackupState),
    )
    .sort((a, b) => b.CreateTimestamp - a.CreateTimestamp)[0];
}

export function backupOperations({ cloud }: Context): Record<string, Operation> {
  cloud.on("backup ready", (region, id) => {
    cloud.region(region).backups[id].BackupState = "READY";
  });
  return {
    DescribeBackups(input, { region, regionName }: Call) {
      const filters: Record<string, string[]> = input.Filters ?? {};
      for (const name of Object.keys(filters))
        if (!["backupIds", "sourceBackupIds", "clusterIds", "states", "neverExpires"].includes(name))
          throw invalidRequest(`Filter ${name} is not valid.`);
      const chosen = Object.values(region.backups)
        .filter((b) => !filters.backupIds || filters.backupIds.includes(b.BackupId))
        .filter((b) => !filters.clusterIds || filters.clusterIds.includes(b.ClusterId))
        .filter((b) => !filters.states || filters.states.includes(b.BackupState))
        .sort((a, b) => (a.CreateTimestamp - b.CreateTimestamp) * (input.SortAscending ? 1 : -1));
      const start = input.NextToken ? Number(Buffer.from(input.NextToken, "base64").toString()) : 0;
      const end = start + (input.MaxResults ?? 50);
      return {
        Backups: chosen.slice(start, end).map(({ contents: _, history: __, tags, ...shown }) => ({
          ...shown,
          BackupArn: `arn:aws:cloudhsm:${regionName}:${cloud.accountId}:backup/${shown.BackupId}`,
          NeverExpires: false,
          TagList: tags,
        })),
        ...(end < chosen.length && { NextToken: Buffer.from(String(end)).toString("base64") }),
      };
    },
  };
}
