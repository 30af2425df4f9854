// When each resource changed state, in emulated time.

import { FastifyInstance } from "fastify";
import { Cloud } from "./cloud";
import { Region } from "./state";

export interface Change {
  at: string;
  region: string;
  id: string;
  /** Undefined for a resource that is new. */
  from?: string;
  /** Undefined for a resource that is gone. */
  to?: string;
}

export class Timeline {
  private readonly changes: Change[] = [];
  private states: Record<string, string> = {};

  constructor(private readonly cloud: Cloud) {
    cloud.onChange((at) => this.note(at));
  }

  /** `GET /_local/timeline`: all changes, oldest first. */
  register(server: FastifyInstance): void {
    server.get("/_local/timeline", async () => ({ changes: this.changes }));
  }

  private note(milliseconds: number): void {
    const now: Record<string, string> = {};
    for (const [name, region] of this.cloud.regionsByName())
      for (const [id, state] of statesOf(region)) now[`${name}/${id}`] = state;
    const at = new Date(milliseconds).toISOString();
    for (const key of new Set([...Object.keys(this.states), ...Object.keys(now)])) {
      if (this.states[key] === now[key]) continue;
      const [region, id] = key.split("/");
      this.changes.push({ at, region, id, from: this.states[key], to: now[key] });
    }
    this.states = now;
  }
}

function* statesOf(region: Region): Generator<[id: string, state: string]> {
  for (const cluster of Object.values(region.clusters)) {
    yield [cluster.ClusterId, cluster.State];
    for (const hsm of cluster.hsms) yield [hsm.HsmId, hsm.State];
  }
  for (const backup of Object.values(region.backups)) yield [backup.BackupId, backup.BackupState];
  for (const store of Object.values(region.keyStores)) yield [store.CustomKeyStoreId, store.ConnectionState];
  for (const key of Object.values(region.keys))
    yield [key.KeyId, key.DeletionDate ? "PendingDeletion" : key.Enabled ? "Enabled" : "Disabled"];
  for (const fileSystem of Object.values(region.fileSystems))
    yield [fileSystem.FileSystemId, fileSystem.Lifecycle];
  for (const svm of Object.values(region.svms)) yield [svm.StorageVirtualMachineId, svm.Lifecycle];
  for (const volume of Object.values(region.volumes)) yield [volume.VolumeId, volume.Lifecycle];
  for (const backup of Object.values(region.fsxBackups)) yield [backup.BackupId, backup.Lifecycle];
}
