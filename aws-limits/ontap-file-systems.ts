// Limits of ONTAP file systems by deployment type: one table for the constructs and the local cloud.
// Source: CreateFileSystemOntapConfiguration, Amazon FSx API Reference, unless said otherwise.

interface OntapLimits {
  /** HA pairs at most. */
  readonly maxPairs: number;
  /** Valid throughput of an HA pair in MBps, the smallest first. */
  readonly throughput: readonly number[];
  /**
   * The same where there are several pairs.
   * @default `throughput`
   */
  readonly throughputOfSeveral?: readonly number[];
  /** Whether the storage can be decreased: UpdateFileSystem, Amazon FSx API Reference. */
  readonly shrinks: boolean;
}

const FIRST_GENERATION: OntapLimits = {
  maxPairs: 1,
  throughput: [128, 256, 512, 1024, 2048, 4096],
  shrinks: false,
};

export const ONTAP_LIMITS: Record<string, OntapLimits> = {
  SINGLE_AZ_1: FIRST_GENERATION,
  MULTI_AZ_1: FIRST_GENERATION,
  // The reference has 1536, 3072 and 6144 for any number of pairs. One pair runs with less as well, as in a Multi-AZ file system of this
  // generation: hashicorp/terraform-provider-aws#47825.
  SINGLE_AZ_2: {
    maxPairs: 12,
    throughput: [384, 768, 1536, 3072, 6144],
    throughputOfSeveral: [1536, 3072, 6144],
    shrinks: true,
  },
  MULTI_AZ_2: { maxPairs: 1, throughput: [384, 768, 1536, 3072, 6144], shrinks: true },
  SINGLE_AZ_3: { maxPairs: 12, throughput: [1536, 3072, 6144, 12288, 18432], shrinks: true },
  MULTI_AZ_3: { maxPairs: 1, throughput: [384, 768, 1536, 3072, 6144, 12288, 18432], shrinks: true },
};

/** Valid throughput of each of so many HA pairs in MBps, the smallest first. */
export function throughputOfPair(type: string, pairs: number): readonly number[] {
  const { throughput, throughputOfSeveral = throughput } = ONTAP_LIMITS[type];
  return pairs === 1 ? throughput : throughputOfSeveral;
}
