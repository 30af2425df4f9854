// Backups of a file system's volumes.

import { DeploymentState } from "../app/deployment";
import { askOperator, Event } from "../app/operator";
import { deploymentAt, Where } from "../app/state";
import { Failure, say } from "../failure";
import { shownTime } from "./backups";

/** CloudHSM's ids of backups are shorter: BackupId, AWS CloudHSM API Reference. */
export const isOfVolume = (id: string): boolean => /^backup-[0-9a-f]{17}$/.test(id);

export class VolumeBackups {
  constructor(private readonly deployment: DeploymentState) {}

  static async of(where: Where): Promise<VolumeBackups> {
    return new VolumeBackups(new DeploymentState(await deploymentAt(where)));
  }

  /** Whether the deployment has the setting fileSystem.backupsOnDemand. */
  get allowed(): boolean {
    return this.deployment.hasPolicy("volume-backups");
  }

  private get fileSystemIds(): string[] {
    return this.deployment.all("aws_fsx_ontap_file_system").map(({ id }) => String(id));
  }

  private ask(event: Event): Promise<any> {
    if (!this.allowed)
      throw new Failure(
        "the operator may not touch backups of volumes: set fileSystem.backupsOnDemand to true and deploy",
      );
    return askOperator(this.deployment.home.arn, event);
  }

  /** Of each file system of the deployment. */
  async list(quiet?: boolean): Promise<Record<string, any>> {
    const found: Record<string, any> = {};
    for (const id of this.fileSystemIds) {
      if (!this.allowed) {
        say(
          `backups of the volumes of ${id} are not shown: the setting fileSystem.backupsOnDemand is not true`,
        );
        continue;
      }
      const { volumes, backups } = await this.ask({ action: "list-volume-backups", fileSystemId: id });
      found[id] = { volumes, backups };
      if (quiet) continue;
      say(id);
      for (const { VolumeId, Name } of volumes) console.log(`  ${VolumeId}  volume ${Name}`);
      for (const backup of backups) console.log(`  ${lineOf(backup)}`);
    }
    return found;
  }

  /** Backs a volume up now. Only such backups stay: FSx deletes automatic ones. */
  async keep(volumeId: string): Promise<void> {
    const requestToken = `${Math.floor(Date.now() / 1000)}-${process.pid}`;
    const { backupId } = await this.ask({ action: "create-volume-backup", volumeId, requestToken });
    console.log(`${backupId}: it stays until somebody deletes it (aws fsx delete-backup), for good`);
  }

  /** Into a new volume, in the storage virtual machine that the backed-up one was in unless another one is named. */
  async restore(backupId: string, name: string, machine?: string): Promise<void> {
    const { volumeId } = await this.ask({
      action: "restore-volume",
      storageVirtualMachineId: machine ?? (await this.machineOf(backupId)),
      name,
      backupId,
    });
    console.log(
      `${volumeId}: volume ${name}, mounted by /${name}. Once ${name} is among the volumes of the settings, safe-storage deploy takes it over`,
    );
  }

  private async machineOf(backupId: string): Promise<string> {
    for (const fileSystemId of this.fileSystemIds) {
      const { backups } = await this.ask({ action: "list-volume-backups", fileSystemId });
      const found = backups.find(({ BackupId }: { BackupId: string }) => BackupId === backupId);
      if (found) return found.StorageVirtualMachineId;
    }
    throw new Failure(
      `${backupId} is no backup of this deployment's volumes: name by --machine the storage virtual machine that gets it, such as svm-0123456789abcdef0`,
    );
  }
}

const lineOf = (backup: Record<string, any>): string =>
  [
    backup.BackupId,
    backup.Lifecycle,
    shownTime(backup.CreationTime),
    `of ${backup.VolumeName} (${backup.VolumeId})`,
    backup.Type === "AUTOMATIC" ? "expires by the retention" : backup.Name,
  ]
    .filter(Boolean)
    .join("  ");
