// What AWS cannot change in place, of what holds keys: a change is refused while planning, with the reason.

import { DataResource, TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { operand } from "./expression";

/**
 * Keeps `values` as they are first deployed, and refuses every plan that has others, where Terraform would replace the
 * resource. `loss` says what that would cost.
 */
export function freeze(
  scope: Construct,
  resource: TerraformResource,
  values: Record<string, string>,
  loss: string,
): void {
  const first = new DataResource(scope, "frozen", {
    input: values,
    lifecycle: { ignoreChanges: ["input"] },
  });
  const output = `${first.terraformResourceType}.${first.friendlyUniqueId}.output`;
  resource.lifecycle = {
    ...resource.lifecycle,
    precondition: Object.entries(values).map(([name, value]) => ({
      condition: `\${${output}.${name} == ${operand(value)}}`,
      errorMessage: `${scope.node.path}: ${name} is ${JSON.stringify(value).replaceAll('"', "'")} now, and was '\${${output}.${name}}' when this was deployed. It cannot change: ${loss}. Set it back.`,
    })),
  };
}
