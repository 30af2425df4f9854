// Backups of volumes. An ONTAP file system as a whole has none: its volumes do.

import { Cloud, hexId } from "../core/cloud";
import { Call, Context, Operation } from "../core/context";
import { AwsError } from "../core/errors";
import { FileSystem, FsxBackup, Region, Tag, Volume } from "../core/state";
import { badRequest, serviceLimitExceeded } from "./errors";
import {
  describeFileSystem,
  filtered,
  findBackup,
  findFileSystem,
  findVolume,
  madeBefore,
  page,
  requested,
  shown,
} from "./lookup";

const DAY = 24 * 3600;

const automaticRetentionDays = (fileSystem: FileSystem): number =>
  (fileSystem.attributes.OntapConfiguration as { AutomaticBackupRetentionDays: number })
    .AutomaticBackupRetentionDays;

/** Begins when the file system is made. */
export function scheduleDailyBackups(cloud: Cloud, regionName: string, fileSystemId: string): void {
  cloud.scheduleIn(DAY, "daily file backups", regionName, fileSystemId);
}

/** Of a file system that is deleted, or whose retention became 0: AutomaticBackupRetentionDays, API Reference. */
export function deleteAutomaticBackups(region: Region, fileSystemId: string): void {
  for (const backup of Object.values(region.fsxBackups))
    if (backup.Type === "AUTOMATIC" && backup.FileSystem.FileSystemId === fileSystemId)
      delete region.fsxBackups[backup.BackupId];
}

export function takeVolumeBackup(
  { cloud }: Context,
  regionName: string,
  volume: Volume,
  tags: Tag[],
  type: FsxBackup["Type"] = "USER_INITIATED",
): FsxBackup {
  const region = cloud.region(regionName);
  const fileSystem = findFileSystem(region, volume.FileSystemId);
  const id = `backup-${hexId("x").slice(2)}`;
  const { tags: volumeTags } = volume;
  const backup: FsxBackup = {
    BackupId: id,
    Lifecycle: "CREATING",
    Type: type,
    ResourceType: "VOLUME",
    CreationTime: cloud.timestamp(),
    KmsKeyId: String(fileSystem.attributes.KmsKeyId),
    OwnerId: cloud.accountId,
    ResourceARN: `arn:aws:fsx:${regionName}:${cloud.accountId}:backup/${id}`,
    FileSystem: describeFileSystem(fileSystem),
    Volume: shown(volume),
    SizeInBytes: 0,
    tags: volume.OntapConfiguration.CopyTagsToBackups && tags.length === 0 ? volumeTags : tags,
    request: "",
  };
  region.fsxBackups[id] = backup;
  cloud.schedule("file backup ready", regionName, id);
  return backup;
}

export function backupOperations(context: Context): Record<string, Operation> {
  const { cloud, regions } = context;
  cloud.on("file backup ready", (region, id) => {
    const backup = cloud.region(region).fsxBackups[id];
    if (backup) backup.Lifecycle = "AVAILABLE";
  });

  // «Automatic daily backups», FSx for ONTAP User Guide: of each volume, kept for the file system's retention.
  cloud.on("daily file backups", (regionName, fileSystemId) => {
    const region = cloud.region(regionName);
    const fileSystem = region.fileSystems[fileSystemId];
    if (!fileSystem) return;
    const days = automaticRetentionDays(fileSystem);
    if (days > 0)
      for (const volume of Object.values(region.volumes))
        if (volume.FileSystemId === fileSystemId && !volume.isRoot && volume.Lifecycle === "CREATED") {
          const backup = takeVolumeBackup(context, regionName, volume, [], "AUTOMATIC");
          cloud.scheduleIn(days * DAY, "file backup expired", regionName, backup.BackupId);
        }
    scheduleDailyBackups(cloud, regionName, fileSystemId);
  });
  cloud.on("file backup expired", (region, id) => {
    delete cloud.region(region).fsxBackups[id];
  });

  return {
    CreateBackup(input, { region, regionName }: Call) {
      const before = madeBefore(region.fsxBackups, input);
      if (before) return { Backup: shown(before) };
      // "(Optional) The ID of the FSx for ONTAP volume to back up": CreateBackup, API Reference.
      if (!input.VolumeId)
        throw badRequest("VolumeId is required: an ONTAP file system is backed up volume by volume.");
      const volume = findVolume(region, input.VolumeId);
      if (volume.Lifecycle !== "CREATED")
        throw badRequest(`Volume ${volume.VolumeId} is ${volume.Lifecycle}.`);
      if (volume.isRoot)
        throw badRequest("The root volume of a storage virtual machine cannot be backed up.");
      if (input.FileSystemId && input.FileSystemId !== volume.FileSystemId)
        throw badRequest(`Volume ${volume.VolumeId} is not on file system ${input.FileSystemId}.`);
      // "A DP volume is read-only": its backups are those of its source; «Backups», FSx for ONTAP User Guide.
      if (volume.OntapConfiguration.OntapVolumeType !== "RW")
        throw badRequest("Only read-write volumes can be backed up.");
      const running = Object.values(region.fsxBackups).some(
        (b) => b.Volume.VolumeId === volume.VolumeId && b.Lifecycle === "CREATING",
      );
      if (running)
        throw new AwsError("BackupInProgress", `A backup of volume ${volume.VolumeId} is in progress.`);
      const own = Object.values(region.fsxBackups).filter((b) => b.Type === "USER_INITIATED");
      if (own.length >= cloud.quotas["ontap backups"])
        throw serviceLimitExceeded(
          "TOTAL_USER_INITIATED_BACKUPS",
          `The maximum of ${cloud.quotas["ontap backups"]} backups is reached.`,
        );
      const backup = takeVolumeBackup(context, regionName, volume, input.Tags ?? []);
      Object.assign(backup, requested(input));
      return { Backup: shown(backup) };
    },

    DescribeBackups(input, { region }: Call) {
      const ids: string[] | undefined = input.BackupIds?.length ? input.BackupIds : undefined;
      const all = ids ? ids.map((id) => findBackup(region, id)) : Object.values(region.fsxBackups);
      const value = (b: FsxBackup, name: string): string | undefined =>
        ({
          "file-system-id": b.FileSystem.FileSystemId,
          "volume-id": b.Volume.VolumeId,
          "backup-type": b.Type,
          "file-system-type": "ONTAP",
        })[name];
      // "This parameter value overrides any filters": BackupIds, DescribeBackups.
      const { items, NextToken } = page(ids ? all : filtered(all, input.Filters, value), input);
      return { Backups: items.map(shown), NextToken };
    },

    DeleteBackup(input, { region }: Call) {
      const backup = findBackup(region, input.BackupId);
      if (backup.Lifecycle !== "AVAILABLE")
        throw new AwsError("BackupInProgress", `Backup ${backup.BackupId} is ${backup.Lifecycle}.`);
      // "used to restore a file system": BackupRestoring, API Reference.
      const restored = Object.values(region.volumes).find(
        (v) => v.Lifecycle === "CREATING" && v.sourceBackupId === backup.BackupId,
      );
      if (restored)
        throw new AwsError("BackupRestoring", `Backup ${backup.BackupId} is being restored.`, 400, {
          FileSystemId: restored.FileSystemId,
        });
      delete region.fsxBackups[backup.BackupId];
      return { BackupId: backup.BackupId, Lifecycle: "DELETED" };
    },

    /**
     * Its documentation names the guides of Windows File Server, Lustre and OpenZFS, and none of ONTAP, whose guide knows no copies: CopyBackup,
     * API Reference.
     */
    CopyBackup(input, { regionName }: Call) {
      const from = input.SourceRegion ?? regionName;
      if (!regions.includes(from)) throw new AwsError("InvalidRegion", `Region ${from} does not exist.`);
      const { BackupId } = findBackup(cloud.region(from), input.SourceBackupId);
      throw new AwsError(
        "UnsupportedOperation",
        `Backup ${BackupId} is of a volume of ONTAP and cannot be copied.`,
      );
    },
  };
}
