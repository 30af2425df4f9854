// Quotas of AWS that a deploy can meet, as Service Quotas names them.

export interface Quota {
  what: string;
  /** Service Quotas' name for the service. */
  serviceCode: string;
  /** Service Quotas' own name for it; undefined for one that is not there. */
  code?: string;
  byDefault: number;
  source: string;
}

/** The codes: the tables of «AWS CloudHSM», «Amazon FSx» and «Amazon VPC endpoints and quotas», AWS General Reference. */
export const QUOTAS = {
  clusters: {
    what: "CloudHSM clusters",
    serviceCode: "cloudhsm",
    code: "L-4B16B391",
    byDefault: 4,
    source: "«Quotas», AWS CloudHSM User Guide",
  },
  hsms: {
    what: "HSMs",
    serviceCode: "cloudhsm",
    code: "L-95BA35D1",
    byDefault: 6,
    source: "«Quotas», AWS CloudHSM User Guide",
  },
  keyStores: {
    what: "custom key stores",
    serviceCode: "kms",
    byDefault: 10,
    source: "«Quotas», AWS KMS Developer Guide",
  },
  vpcs: {
    what: "VPCs",
    serviceCode: "vpc",
    code: "L-F678F1CE",
    byDefault: 5,
    source: "«Amazon VPC quotas», Amazon VPC User Guide",
  },
  endpoints: {
    what: "interface endpoints of a VPC",
    serviceCode: "vpc",
    code: "L-29B6F2EB",
    byDefault: 50,
    source: "«Amazon VPC quotas», Amazon VPC User Guide",
  },
  networkInterfaces: {
    what: "network interfaces",
    serviceCode: "vpc",
    code: "L-DF5E4CA3",
    byDefault: 5000,
    source: "«Amazon VPC quotas», Amazon VPC User Guide",
  },
  fileSystems: {
    what: "ONTAP file systems",
    serviceCode: "fsx",
    code: "L-C28C1403",
    byDefault: 100,
    source: "«Quotas», FSx for ONTAP User Guide",
  },
  storage: {
    what: "GiB of ONTAP SSD storage",
    serviceCode: "fsx",
    code: "L-E2C89679",
    byDefault: 524_288,
    source: "«Quotas», FSx for ONTAP User Guide",
  },
  throughput: {
    what: "MBps of ONTAP throughput",
    serviceCode: "fsx",
    code: "L-C5F860DD",
    byDefault: 10_240,
    source: "«Quotas», FSx for ONTAP User Guide",
  },
} satisfies Record<string, Quota>;
