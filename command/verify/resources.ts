// What a trial has made, found by its tag and name, whatever Terraform's state knows: a deploy may have been interrupted.

import {
  Cluster,
  paginateDescribeBackups as paginateClusterBackups,
  paginateDescribeClusters,
} from "@aws-sdk/client-cloudhsm-v2";
import {
  Backup,
  FileSystem,
  paginateDescribeBackups,
  paginateDescribeFileSystems,
  StorageVirtualMachine,
  Volume,
} from "@aws-sdk/client-fsx";
import type { CustomKeyStoresListEntry } from "@aws-sdk/client-kms";
import { CLONE_TAG } from "../../verification/clone";
import { TAG, type Trial } from "../../verification/trial";
import type { Kind } from "./watch";

interface Tagged {
  Tags?: { Key?: string; Value?: string }[];
}

export class TrialResources {
  constructor(private readonly trial: Trial) {}

  async cluster(): Promise<Cluster | undefined> {
    return (await this.clustersWith(TAG))[0];
  }

  /** Clones of the cluster that an interrupted check has left. */
  clones(): Promise<Cluster[]> {
    return this.clustersWith(CLONE_TAG);
  }

  private async clustersWith(key: string): Promise<Cluster[]> {
    const found: Cluster[] = [];
    for await (const { Clusters } of paginateDescribeClusters({ client: this.trial.cloudHsm }, {}))
      found.push(
        ...Clusters!.filter(
          ({ TagList, State }) =>
            State !== "DELETED" && TagList?.some((tag) => tag.Key === key && tag.Value === this.trial.name),
        ),
      );
    return found;
  }

  async keyStore(): Promise<CustomKeyStoresListEntry | undefined> {
    const { kms, name: CustomKeyStoreName } = this.trial;
    return (await kms.describeCustomKeyStores({ CustomKeyStoreName }).catch(unlessMissing))
      ?.CustomKeyStores?.[0];
  }

  async fileSystems(): Promise<FileSystem[]> {
    const found: FileSystem[] = [];
    for await (const { FileSystems } of paginateDescribeFileSystems({ client: this.trial.fsx }, {}))
      found.push(...FileSystems!.filter((one) => this.isOurs(one)));
    return found;
  }

  async machines(fileSystemId: string): Promise<StorageVirtualMachine[]> {
    const Filters = [{ Name: "file-system-id" as const, Values: [fileSystemId] }];
    return (await this.trial.fsx.describeStorageVirtualMachines({ Filters })).StorageVirtualMachines!;
  }

  /** Without the root volumes of its storage virtual machines. */
  async volumes(fileSystemId: string): Promise<Volume[]> {
    const Filters = [{ Name: "file-system-id" as const, Values: [fileSystemId] }];
    return (await this.trial.fsx.describeVolumes({ Filters })).Volumes!.filter(
      (one) => !one.OntapConfiguration?.StorageVirtualMachineRoot,
    );
  }

  async volumeBackups(): Promise<Backup[]> {
    const found: Backup[] = [];
    for await (const { Backups } of paginateDescribeBackups({ client: this.trial.fsx }, {}))
      found.push(...Backups!.filter((one) => this.isOurs(one)));
    return found;
  }

  /** Of all of them the state. */
  async states(): Promise<{ kind: Kind; id: string; state: string }[]> {
    const states: { kind: Kind; id: string; state: string }[] = [];
    const see = (kind: Kind, id?: string, state?: string): void => {
      if (id && state) states.push({ kind, id, state });
    };
    const cluster = await this.cluster();
    see("cluster", cluster?.ClusterId, cluster?.State);
    for (const { HsmId, State } of cluster?.Hsms ?? []) see("hsm", HsmId, State);
    if (cluster) {
      const ofCluster = { Filters: { clusterIds: [cluster.ClusterId!] } };
      for await (const { Backups } of paginateClusterBackups({ client: this.trial.cloudHsm }, ofCluster))
        for (const { BackupId, BackupState } of Backups!) see("cluster backup", BackupId, BackupState);
    }
    const store = await this.keyStore();
    see("key store", store?.CustomKeyStoreId, store?.ConnectionState);
    for (const { FileSystemId, Lifecycle } of await this.fileSystems()) {
      see("file system", FileSystemId, Lifecycle);
      for (const one of await this.machines(FileSystemId!))
        see("storage virtual machine", one.StorageVirtualMachineId, one.Lifecycle);
      for (const one of await this.volumes(FileSystemId!)) see("volume", one.VolumeId, one.Lifecycle);
    }
    for (const one of await this.volumeBackups()) see("volume backup", one.BackupId, one.Lifecycle);
    return states;
  }

  isOurs({ Tags }: Tagged): boolean {
    return Tags?.some((tag) => tag.Key === TAG && tag.Value === this.trial.name) ?? false;
  }
}

/** Whatever is not there any more needs no deletion. */
export function unlessMissing(error: unknown): undefined {
  if (/NotFound|NotFoundException/.test((error as Error).name)) return undefined;
  throw error;
}
