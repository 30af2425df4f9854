// SDK clients that follow AWS_ENDPOINT_URL.

import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";

/** The newest client of this service is older than the SDK's own support of these variables. */
export function cloudHsm(region: string): CloudHSMV2 {
  const endpoint = process.env.AWS_ENDPOINT_URL_CLOUDHSM_V2 ?? process.env.AWS_ENDPOINT_URL;
  return new CloudHSMV2({ region, ...(endpoint && { endpoint }) });
}
