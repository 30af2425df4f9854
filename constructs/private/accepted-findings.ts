// Findings of scanners that are accepted, with their reasons, in the synthesized JSON.

import { TerraformResource } from "cdktf";

/**
 * Says of a resource why it does not do what a scanner asks for. The reasons are in the synthesized JSON, in the resource's comment `//`, as
 * `checkov.skip`: a list of `id` and `comment`. Source: bridgecrewio/checkov#4634.
 *
 * @param resource The resource that the scanner names.
 * @param reasons The reason by the check's id, such as `CKV_AWS_50`.
 */
export function acceptFindings(resource: TerraformResource, reasons: Record<string, string>): void {
  const skip = Object.entries(reasons).map(([id, comment]) => ({ id, comment }));
  resource.addOverride("//.checkov.skip", skip);
}
