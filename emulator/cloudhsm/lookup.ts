// Finding clusters and HSMs, and the refusals when they are not there.

import { AwsError } from "../core/errors";
import { Cluster, Hsm, Region } from "../core/state";

export const invalidRequest = (message: string) => new AwsError("CloudHsmInvalidRequestException", message);
export const notFound = (message: string) => new AwsError("CloudHsmResourceNotFoundException", message);

export function findCluster(region: Region, id: string): Cluster {
  const cluster = region.clusters[id];
  if (!cluster || cluster.State === "DELETED") throw notFound(`Cluster with ID ${id} does not exist.`);
  return cluster;
}

/** HSMs that still exist in the cluster, whatever their state. */
export const presentHsms = (cluster: Cluster): Hsm[] => cluster.hsms.filter((h) => h.State !== "DELETED");

export const activeHsms = (cluster: Cluster): Hsm[] => cluster.hsms.filter((h) => h.State === "ACTIVE");

export function findHsm(region: Region, hsmId: string): { cluster: Cluster; hsm: Hsm } | undefined {
  for (const cluster of Object.values(region.clusters))
    for (const hsm of cluster.hsms) if (hsm.HsmId === hsmId) return { cluster, hsm };
  return undefined;
}
