// Resources that an earlier version had in the state, and that Terraform should forget without deleting them.

import { TerraformStack } from "cdktf";
import { Construct } from "constructs";

/** Takes the resource that `id` of `scope` would be out of the state; AWS keeps it: «removed Block», Terraform's documentation. */
export function removeFromState(scope: Construct, type: string, id: string): void {
  const stack = TerraformStack.of(scope);
  const from = `${type}.${stack.getLogicalId(new Construct(scope, id).node)}`;
  const known = removedOf.get(stack) ?? [];
  known.push({ from, lifecycle: { destroy: false } });
  removedOf.set(stack, known);
  stack.addOverride("removed", known);
}

const removedOf = new WeakMap<TerraformStack, object[]>();
