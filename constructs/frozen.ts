// What AWS cannot change in place, of what holds keys: a change is refused while planning, with the reason.

import { DataResource, TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { requireBefore } from "./conditions";
import { operand } from "./expression";

/**
 * Keeps `values` as they are first deployed, and refuses every plan that has others, where Terraform would replace the
 * resource. `loss` says what that would cost; `movedByAws` has old values that AWS itself has made the present ones.
 */
export function freeze(
  scope: Construct,
  resource: TerraformResource,
  values: Record<string, string>,
  loss: string,
  movedByAws: Record<string, string> = {},
): void {
  const first = new DataResource(scope, "frozen", {
    input: values,
    lifecycle: { ignoreChanges: ["input"] },
  });
  const output = `${first.terraformResourceType}.${first.friendlyUniqueId}.output`;
  requireBefore(
    resource,
    ...Object.entries(values).map(([name, value]) => ({
      condition: `\${${[value, ...(movedByAws[name] ? [movedByAws[name]] : [])].map((v) => `${output}.${name} == ${operand(v)}`).join(" || ")}}`,
      errorMessage: `${scope.node.path}: ${name} is ${JSON.stringify(value).replaceAll('"', "'")} now, and was '\${${output}.${name}}' when this was deployed. It cannot change: ${loss}. Set it back.`,
    })),
  );
}
