// Dependencies: within one stack by `depends_on`, across stacks of an app by their order.

import { ITerraformDependable, TerraformElement, TerraformStack } from "cdktf";
import { Construct } from "constructs";

/** Those of `dependables` that `scope`'s stack has; its stack waits for the stacks of the others. */
export function dependenciesOf(
  scope: Construct,
  dependables: ITerraformDependable[],
): ITerraformDependable[] {
  const stack = TerraformStack.of(scope);
  return dependables.filter((dependable) => {
    if (!(Construct.isConstruct(dependable) && TerraformElement.isTerraformElement(dependable))) return true;
    const other = TerraformStack.of(dependable);
    if (other === stack) return true;
    stack.addDependency(other);
    return false;
  });
}
