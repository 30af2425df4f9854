// SDK clients that follow AWS_ENDPOINT_URL.

import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import type { S3, S3ClientConfig } from "@aws-sdk/client-s3";

/** The newest client of this service is older than the SDK's own support of these variables. */
export function cloudHsm(region: string): CloudHSMV2 {
  const endpoint = process.env.AWS_ENDPOINT_URL_CLOUDHSM_V2 ?? process.env.AWS_ENDPOINT_URL;
  return new CloudHSMV2({ region, ...(endpoint && { endpoint }) });
}

/** Loaded by who asks: few commands do. A local cloud has no names of buckets in the DNS. */
export async function s3(settings: S3ClientConfig): Promise<S3> {
  const { S3 } = await import("@aws-sdk/client-s3");
  return new S3({ ...settings, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
}
