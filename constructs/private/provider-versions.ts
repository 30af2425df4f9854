// Versions of the providers that a stack accepts.

import { Aspects, TerraformProvider, TerraformStack } from "cdktf";

/**
 * Versions of the providers, as Terraform's version constraints, with which the constructs were deployed or whose changes were read. Of AWS
 * provider 6, 6.2 and 6.3 cannot update a Lambda function, and 6.42.0 cannot plan an alarm.
 */
export const PROVIDER_VERSIONS: Readonly<Record<string, string>> = {
  aws: ">= 5.100.0, != 6.2.0, != 6.3.0, != 6.42.0, < 7.0.0",
  null: ">= 2.1.2, < 4.0.0",
  tls: ">= 4.0.4, < 5.0.0",
};

/**
 * Has a stack accept these versions of its providers, so that it can be part of an app that needs another one. Without it, CDKTF's bindings
 * ask for the one version that they were made of.
 */
export function acceptProviderVersions(stack: TerraformStack): void {
  Aspects.of(stack).add({
    visit: (node) => {
      if (!TerraformProvider.isTerraformProvider(node)) return;
      const name = node.terraformGeneratorMetadata?.providerName ?? "";
      const range = PROVIDER_VERSIONS[name];
      if (range) stack.addOverride(`terraform.required_providers.${name}.version`, range);
    },
  });
}
