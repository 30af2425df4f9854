// Refusing bad input at synth: what is wrong, where, and what would be right.

import { Token } from "cdktf";
import { Construct } from "constructs";

/** Throws an error that names the construct's path, the prop, its value and what would be right. */
export function refuse(scope: Construct, prop: string, value: unknown, right: string): never {
  throw new Error(`${scope.node.path}: ${prop} is ${JSON.stringify(value)}; it must be ${right}`);
}

/** Refuses a value that `holds` rejects. Values known only at deploy time (tokens) pass: AWS checks them. */
export function check<T>(
  scope: Construct,
  prop: string,
  value: T,
  holds: (value: T) => boolean,
  right: string,
): void {
  if (!Token.isUnresolved(value) && !holds(value)) refuse(scope, prop, value, right);
}

/** Refuses members that `names` does not have: what comes as JSON, no compiler has checked for typing errors. */
export function checkNames(scope: Construct, prop: string, value: object, names: readonly string[]): void {
  for (const name of Object.keys(value))
    if (!names.includes(name)) refuse(scope, prop, name, `one of ${names.join(", ")}`);
}

/** Refuses a number that is not whole or not between the bounds, both included. */
export function checkRange(
  scope: Construct,
  prop: string,
  value: number,
  min: number,
  max: number,
  unit: string,
): void {
  check(
    scope,
    prop,
    value,
    (n) => Number.isInteger(n) && n >= min && n <= max,
    `a whole number of ${unit} between ${min} and ${max}`,
  );
}
