// Checks in a plan that the AWS provider is in the region of the availability zones.

import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { Construct } from "constructs";
import { requireAfter } from "./conditions";

/** Refuses a plan whose provider would build in another region than that of the availability zones. */
export const requireRegion = (scope: Construct, region: string): void =>
  requireProviderRegion(scope, region, `the availability zones are in ${region}`);

/** Refuses a plan whose provider is of another region; `because` says why it must be this one. */
export function requireProviderRegion(scope: Construct, region: string, because: string): void {
  requireAfter(new DataAwsRegion(scope, "region"), {
    condition: `\${self.id == "${region}"}`,
    errorMessage: `${scope.node.path}: the AWS provider is in \${self.id}, and ${because}. Set the provider's region, or give the construct a provider of that region.`,
  });
}
