// Default quotas of an account in a Region. AWS raises them on request, so does `POST /_local/quotas`.

import { QUOTAS } from "../../aws-limits/service-quotas";

export const defaultQuotas = {
  clusters: QUOTAS.clusters.byDefault,
  hsms: QUOTAS.hsms.byDefault,
  /** «Quotas», AWS CloudHSM User Guide. */
  "keys on hsm1.medium": 3300,
  vpcs: QUOTAS.vpcs.byDefault,
  "interface endpoints per vpc": QUOTAS.endpoints.byDefault,
  "network interfaces": QUOTAS.networkInterfaces.byDefault,
  /** «Lambda quotas», AWS Lambda Developer Guide. */
  "concurrent executions": 1000,
  /** «Resource quotas», AWS KMS Developer Guide. */
  "kms keys": 100_000,
  "aliases per kms key": 50,
  "grants per kms key": 50_000,
  "custom key stores": QUOTAS.keyStores.byDefault,
  /** «Quotas», FSx for ONTAP User Guide. */
  "ontap file systems": QUOTAS.fileSystems.byDefault,
  "ontap ssd storage": QUOTAS.storage.byDefault,
  "ontap throughput": QUOTAS.throughput.byDefault,
  "ontap ssd iops": 1_000_000,
  "ontap backups": 10_000,
  "volumes per ontap file system": 500,
};
