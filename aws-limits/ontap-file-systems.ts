// What ONTAP file systems may be, by deployment type: one table for the constructs, the local cloud and the tests.
// Source: CreateFileSystemOntapConfiguration, Amazon FSx API Reference, unless said otherwise.

export interface OntapLimits {
  /** HA pairs at most. */
  readonly maxPairs: number;
  /** Throughput of the one HA pair in MBps, the smallest first. */
  readonly ofOnePair: readonly number[];
  /** Throughput of each of several HA pairs in MBps; empty where there is only one. */
  readonly ofSeveralPairs: readonly number[];
  /** Whether the storage can be decreased: UpdateFileSystem, Amazon FSx API Reference. */
  readonly shrinks: boolean;
}

const FIRST_GENERATION: OntapLimits = {
  maxPairs: 1,
  ofOnePair: [128, 256, 512, 1024, 2048, 4096],
  ofSeveralPairs: [],
  shrinks: false,
};

export const ONTAP_LIMITS = {
  SINGLE_AZ_1: FIRST_GENERATION,
  MULTI_AZ_1: FIRST_GENERATION,
  // The reference has 1536, 3072 and 6144 for any number of pairs. One pair runs with less as well, as in a Multi-AZ file system of this
  // generation: hashicorp/terraform-provider-aws#47825.
  SINGLE_AZ_2: {
    maxPairs: 12,
    ofOnePair: [384, 768, 1536, 3072, 6144],
    ofSeveralPairs: [1536, 3072, 6144],
    shrinks: true,
  },
  MULTI_AZ_2: { maxPairs: 1, ofOnePair: [384, 768, 1536, 3072, 6144], ofSeveralPairs: [], shrinks: true },
  SINGLE_AZ_3: {
    maxPairs: 12,
    ofOnePair: [1536, 3072, 6144, 12288, 18432],
    ofSeveralPairs: [1536, 3072, 6144, 12288, 18432],
    shrinks: true,
  },
  MULTI_AZ_3: {
    maxPairs: 1,
    ofOnePair: [384, 768, 1536, 3072, 6144, 12288, 18432],
    ofSeveralPairs: [],
    shrinks: true,
  },
} as const satisfies Record<string, OntapLimits>;

export type OntapDeployment = keyof typeof ONTAP_LIMITS;

/** Valid throughput of an HA pair in MBps, the smallest first. */
export function throughputOfPair(type: OntapDeployment, pairs: number): readonly number[] {
  const { ofOnePair, ofSeveralPairs }: OntapLimits = ONTAP_LIMITS[type];
  return pairs === 1 ? ofOnePair : ofSeveralPairs;
}
