// Size of ONTAP file systems, and how it may grow: HA pairs, storage, throughput, IOPS.
// Source: UpdateFileSystemRequest, DiskIopsConfiguration, Amazon FSx API Reference; by deployment type, aws-limits.

import {
  IOPS_PER_GIB,
  iopsRange,
  ONTAP_LIMITS,
  OntapDeploymentType,
  storageRange,
  throughputOfPair,
} from "../../aws-limits/ontap-file-systems";
import { badRequest } from "./errors";

export interface Size {
  StorageCapacity: number;
  HAPairs: number;
  ThroughputCapacity: number;
  ThroughputCapacityPerHAPair: number;
  DiskIopsConfiguration: { Mode: "AUTOMATIC" | "USER_PROVISIONED"; Iops: number };
}

/** What a request says of the size. */
export interface SizeInput {
  StorageCapacity?: number;
  HAPairs?: number;
  ThroughputCapacity?: number;
  ThroughputCapacityPerHAPair?: number;
  DiskIopsConfiguration?: { Mode?: "AUTOMATIC" | "USER_PROVISIONED"; Iops?: number };
}

export const isMultiAz = (deploymentType: string): boolean => deploymentType.startsWith("MULTI_AZ");

/** The text: crossplane-contrib/provider-upjet-aws#1823. */
function refuseIopsOfAutomaticMode({ Mode, Iops }: SizeInput["DiskIopsConfiguration"] = {}): void {
  if (Mode === "AUTOMATIC" && Iops !== undefined)
    throw badRequest("Invalid DiskIopsConfiguration provided. IOPS cannot be set with AUTOMATIC mode.");
}

/** The size of a new file system. */
export function newSize(deploymentType: OntapDeploymentType, input: SizeInput): Size {
  refuseIopsOfAutomaticMode(input.DiskIopsConfiguration);
  const { StorageCapacity, HAPairs = 1 } = input;
  if (StorageCapacity === undefined) throw badRequest("StorageCapacity is required.");
  checkPairs(deploymentType, HAPairs);
  checkStorage(deploymentType, StorageCapacity, HAPairs);
  return {
    StorageCapacity,
    HAPairs,
    ...throughput(deploymentType, HAPairs, input),
    DiskIopsConfiguration: iops(StorageCapacity, HAPairs, input.DiskIopsConfiguration),
  };
}

/** The size after an update. */
export function changedSize(deploymentType: OntapDeploymentType, size: Size, input: SizeInput): Size {
  refuseIopsOfAutomaticMode(input.DiskIopsConfiguration);
  const StorageCapacity = input.StorageCapacity ?? size.StorageCapacity;
  const HAPairs = input.HAPairs ?? size.HAPairs;
  checkPairs(deploymentType, HAPairs);
  if (HAPairs < size.HAPairs) throw badRequest("The number of HA pairs can only be increased.");
  checkStorage(deploymentType, StorageCapacity, HAPairs);
  if (HAPairs > size.HAPairs) checkProportion(HAPairs / size.HAPairs, size, input);
  else checkChange(deploymentType, size, StorageCapacity, HAPairs);
  const given = input.ThroughputCapacity ?? input.ThroughputCapacityPerHAPair;
  return {
    StorageCapacity,
    HAPairs,
    ...throughput(deploymentType, HAPairs, given === undefined ? sameThroughput(size) : input),
    DiskIopsConfiguration: iops(StorageCapacity, HAPairs, {
      ...size.DiskIopsConfiguration,
      ...input.DiskIopsConfiguration,
    }),
  };
}

const sameThroughput = ({ ThroughputCapacityPerHAPair }: Size): SizeInput => ({
  ThroughputCapacityPerHAPair,
});

function checkPairs(deploymentType: OntapDeploymentType, pairs: number): void {
  const { maxPairs } = ONTAP_LIMITS[deploymentType];
  if (pairs > maxPairs)
    throw badRequest(`${pairs} HA pairs are not valid for ${deploymentType}: it has ${maxPairs} at most.`);
}

function checkStorage(deploymentType: OntapDeploymentType, storage: number, pairs: number): void {
  const [min, max] = storageRange(deploymentType, pairs);
  if (storage < min || storage > max)
    throw badRequest(`StorageCapacity must be between ${min} and ${max} GiB for ${pairs} HA pair(s).`);
}

/** "the storage capacity target value must be at least 10 percent greater … at least 9 percent smaller". */
function checkChange(deploymentType: OntapDeploymentType, size: Size, storage: number, pairs: number): void {
  const before = size.StorageCapacity;
  if (storage > before && storage < before * 1.1 && before * 1.1 < storageRange(deploymentType, pairs)[1])
    throw badRequest("The new storage capacity must be at least 10 percent larger than the current one.");
  if (storage >= before) return;
  if (!ONTAP_LIMITS[deploymentType].shrinks)
    throw badRequest(`The storage capacity of a ${deploymentType} file system cannot be decreased.`);
  if (storage > before * 0.91)
    throw badRequest("The new storage capacity must be at least 9 percent smaller than the current one.");
}

/** "If you increase the number of HA pairs …, you must specify proportional increases for StorageCapacity, Iops, and ThroughputCapacity". */
function checkProportion(factor: number, size: Size, input: SizeInput): void {
  const perPair = input.ThroughputCapacityPerHAPair;
  const throughputFits =
    perPair === undefined
      ? input.ThroughputCapacity === size.ThroughputCapacity * factor
      : perPair === size.ThroughputCapacityPerHAPair;
  const iopsFit =
    size.DiskIopsConfiguration.Mode === "AUTOMATIC" ||
    input.DiskIopsConfiguration?.Iops === size.DiskIopsConfiguration.Iops * factor;
  if (input.StorageCapacity !== size.StorageCapacity * factor || !throughputFits || !iopsFit)
    throw badRequest(
      "More HA pairs need a proportional increase of StorageCapacity, Iops and ThroughputCapacity in the same request.",
    );
}

function throughput(
  deploymentType: OntapDeploymentType,
  pairs: number,
  { ThroughputCapacity: total, ThroughputCapacityPerHAPair: given }: SizeInput,
): Pick<Size, "ThroughputCapacity" | "ThroughputCapacityPerHAPair"> {
  const perPair = given ?? (total === undefined ? undefined : total / pairs);
  if (perPair === undefined)
    throw badRequest("ThroughputCapacity or ThroughputCapacityPerHAPair is required.");
  if (total !== undefined && total !== perPair * pairs)
    throw badRequest("ThroughputCapacity and ThroughputCapacityPerHAPair contradict each other.");
  const valid = throughputOfPair(deploymentType, pairs);
  if (!valid.includes(perPair))
    throw badRequest(
      `Throughput of ${perPair} MBps for an HA pair is not valid for ${deploymentType} with ${pairs} HA pair(s): ${valid.join(", ")}.`,
    );
  return { ThroughputCapacity: perPair * pairs, ThroughputCapacityPerHAPair: perPair };
}

function iops(
  storage: number,
  pairs: number,
  { Mode = "AUTOMATIC", Iops }: SizeInput["DiskIopsConfiguration"] = {},
): Size["DiskIopsConfiguration"] {
  const [min, max] = iopsRange(storage, pairs);
  if (Mode === "AUTOMATIC") return { Mode, Iops: Math.min(IOPS_PER_GIB * storage, max) };
  if (Iops === undefined || Iops < min || Iops > max)
    throw badRequest(`USER_PROVISIONED Iops must be between ${min} and ${max} for this storage capacity.`);
  return { Mode, Iops };
}
