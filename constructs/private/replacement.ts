// Refuses changes that would replace what holds keys, while planning and with the reason.

import { DataResource, TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { requireBefore } from "./conditions";
import { operand } from "./expression";

interface Exceptions {
  /** Old values that AWS itself has made the present ones. */
  movedByAws?: Record<string, string>;
  /** Values that need not be given, and that an earlier version did not keep. */
  optional?: Record<string, string | undefined>;
}

/**
 * Keeps `values` as they are first deployed, and refuses every plan that has others, where Terraform would replace the
 * resource. `loss` says what that would cost.
 */
export function refuseReplacement(
  scope: Construct,
  resource: TerraformResource,
  values: Record<string, string>,
  loss: string,
  { movedByAws = {}, optional = {} }: Exceptions = {},
): void {
  const given = Object.entries(optional).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const first = new DataResource(scope, "frozen", {
    input: { ...values, ...Object.fromEntries(given) },
    lifecycle: { ignoreChanges: ["input"] },
  });
  const output = `${first.terraformResourceType}.${first.friendlyUniqueId}.output`;
  const refused = (name: string, now: string, was: string) =>
    `${scope.node.path}: ${name} is ${now} now, and was ${was} when this was deployed. It cannot change: ${loss}. Set it back.`;
  requireBefore(
    resource,
    ...Object.entries(values).map(([name, value]) => ({
      condition: `\${${[value, ...(movedByAws[name] ? [movedByAws[name]] : [])].map((v) => `${output}.${name} == ${operand(v)}`).join(" || ")}}`,
      errorMessage: refused(name, JSON.stringify(value).replaceAll('"', "'"), `'\${${output}.${name}}'`),
    })),
    ...Object.entries(optional).map(([name, value]) => ({
      condition: `\${try(${output}.${name}, "not set") == ${operand(value ?? "not set")}}`,
      errorMessage: refused(name, value ?? "not set", `\${try(${output}.${name}, "not set")}`),
    })),
  );
}
