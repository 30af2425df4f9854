// The operator, where a file system or a storage virtual machine wants something of it.

import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { ClusterOperator } from "../operator";
import { refuse } from "../private";

/** What the operator's parts for `scope` are called: its path without the stack's name. */
export const partsOf = (scope: Construct): string => scope.node.path.split("/").slice(1).join("-");

/** The operator, which must be there and in the same stack. `prop` with its value `given` asks for it; `does` is what it would do. */
export function operatorFor(
  scope: Construct,
  prop: string,
  given: unknown,
  operator: ClusterOperator | undefined,
  does: string,
): ClusterOperator {
  if (!operator) refuse(scope, prop, given, `left out with a key that has no operator, which would ${does}`);
  if (TerraformStack.of(operator) !== TerraformStack.of(scope))
    refuse(scope, prop, given, `left out in another stack than the operator's, which would ${does}`);
  return operator;
}
