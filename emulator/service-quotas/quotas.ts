// Default quotas of an account in a Region. AWS raises them on request, so does `POST /_local/quotas`.

export const defaultQuotas = {
  /** «Quotas», AWS CloudHSM User Guide. */
  clusters: 4,
  hsms: 6,
  "keys on hsm1.medium": 3300,
  /** «Amazon VPC quotas», Amazon VPC User Guide. */
  vpcs: 5,
  "interface endpoints per vpc": 50,
  "network interfaces": 5000,
  /** «Lambda quotas», AWS Lambda Developer Guide. */
  "concurrent executions": 1000,
  /** «Resource quotas», AWS KMS Developer Guide. */
  "kms keys": 100_000,
  "aliases per kms key": 50,
  "grants per kms key": 50_000,
  "custom key stores": 10,
  /** «Quotas», FSx for ONTAP User Guide. */
  "ontap file systems": 100,
  "ontap ssd storage": 524_288,
  "ontap throughput": 10_240,
  "ontap ssd iops": 1_000_000,
  "ontap backups": 10_000,
  "volumes per ontap file system": 500,
};
