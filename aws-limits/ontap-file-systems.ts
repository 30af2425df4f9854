// What AWS allows of ONTAP file systems, by deployment type: one table for the constructs, the local cloud, the documents and the tests.
// Source: CreateFileSystemOntapConfiguration, Amazon FSx API Reference, unless said otherwise.

/** What a deployment type can be. */
export interface OntapLimits {
  /** 1, 2 or 3. */
  readonly generation: number;
  /** Availability zones of the file system, and so subnets. */
  readonly zones: number;
  /** HA pairs at most. */
  readonly maxPairs: number;
  /** Valid throughput of an HA pair in MBps, the smallest first. */
  readonly throughput: readonly number[];
  /**
   * The same where there are several pairs.
   * @default `throughput`
   */
  readonly throughputOfSeveral?: readonly number[];
  /** SSD storage at most in GiB, of all pairs together and of each. */
  readonly maxGib: number;
  readonly maxGibOfPair: number;
  /** Whether the storage can be decreased: UpdateFileSystem, Amazon FSx API Reference. */
  readonly shrinks: boolean;
}

/** "Valid values between 1024 and 196608": AWS::FSx::FileSystem OntapConfiguration; hashicorp/terraform-provider-aws#36389. */
const FIRST_GENERATION = {
  generation: 1,
  maxPairs: 1,
  throughput: [128, 256, 512, 1024, 2048, 4096],
  maxGib: 196_608,
  maxGibOfPair: 196_608,
  shrinks: false,
};
/** "up to a maximum of 524,288 * HAPairs", and 1 PiB in all: StorageCapacity, CreateFileSystem. */
const LATER = { maxPairs: 1, maxGib: 1_048_576, maxGibOfPair: 524_288, shrinks: true };
const MIN_GIB_OF_PAIR = 1024;

export const ONTAP_LIMITS = {
  SINGLE_AZ_1: { ...FIRST_GENERATION, zones: 1 },
  MULTI_AZ_1: { ...FIRST_GENERATION, zones: 2 },
  // The reference has 1536, 3072 and 6144 for any number of pairs. One pair runs with less as well, as in a Multi-AZ file system of this
  // generation: hashicorp/terraform-provider-aws#47825.
  SINGLE_AZ_2: {
    ...LATER,
    generation: 2,
    zones: 1,
    maxPairs: 12,
    throughput: [384, 768, 1536, 3072, 6144],
    throughputOfSeveral: [1536, 3072, 6144],
  },
  MULTI_AZ_2: { ...LATER, generation: 2, zones: 2, throughput: [384, 768, 1536, 3072, 6144] },
  SINGLE_AZ_3: {
    ...LATER,
    generation: 3,
    zones: 1,
    maxPairs: 12,
    throughput: [1536, 3072, 6144, 12288, 18432],
  },
  MULTI_AZ_3: {
    ...LATER,
    generation: 3,
    zones: 2,
    throughput: [384, 768, 1536, 3072, 6144, 12288, 18432],
  },
} satisfies Record<string, OntapLimits>;

/** How many zones and which generation: «Availability and durability», FSx for ONTAP User Guide. */
export type OntapDeploymentType = keyof typeof ONTAP_LIMITS;

export const ONTAP_DEPLOYMENT_TYPES = Object.keys(ONTAP_LIMITS) as OntapDeploymentType[];

/** Valid throughput of each of so many HA pairs in MBps, the smallest first. */
export function throughputOfPair(type: OntapDeploymentType, pairs: number): readonly number[] {
  const { throughput, throughputOfSeveral = throughput }: OntapLimits = ONTAP_LIMITS[type];
  return pairs === 1 ? throughput : throughputOfSeveral;
}

/** SSD storage of so many HA pairs in GiB: "The minimum value is calculated as 1,024 * HAPairs". */
export function storageRange(type: OntapDeploymentType, pairs: number): [min: number, max: number] {
  const { maxGib, maxGibOfPair } = ONTAP_LIMITS[type];
  return [MIN_GIB_OF_PAIR * pairs, Math.min(maxGib, maxGibOfPair * pairs)];
}

/** What AWS gives by itself: "3 IOPS per GB of storage capacity": Iops, DiskIopsConfiguration, Amazon FSx API Reference. */
export const IOPS_PER_GIB = 3;

/** Iops that can be provisioned: "StorageCapacity * 3 * HAPairs … 200,000 * HAPairs": DiskIopsConfiguration, CreateFileSystemOntapConfiguration. */
export function iopsRange(storageGib: number, pairs: number): [min: number, max: number] {
  const max = 200_000 * pairs;
  return [Math.min(IOPS_PER_GIB * storageGib * pairs, max), max];
}

/** By the throughput in MBps: «Maximum number of SVMs per file system», FSx for ONTAP User Guide. */
export const maxStorageVirtualMachines = (throughput: number): number =>
  throughput < 512 ? 6 : throughput < 2048 ? 14 : 24;

/** HA pairs above which a file system has no iSCSI and no NVMe over TCP: HAPairs. */
export const MAX_PAIRS_WITH_BLOCK_STORAGE = 6;
