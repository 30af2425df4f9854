// Names of what a construct creates, so that many deployments can share an account.

import { Construct } from "constructs";
import { check, checkKnown, refuse } from "./validation";

/** Names of what a construct creates. */
export interface NameProps {
  /**
   * Prefix of the names of everything that is created here; unique in account and region. Lower-case letters, digits and hyphens, 41 at
   * most, beginning with a letter.
   * @default `system` and `purpose`, joined by a hyphen
   */
  readonly name?: string;
  /**
   * System that it is part of, as the first qualifier of all names. Use it instead of `name`.
   * @default "safe-storage"
   */
  readonly system?: string;
  /**
   * Purpose, such as `prod`, as the second qualifier of all names. Use it instead of `name`.
   * @default none
   */
  readonly purpose?: string;
}

/** The name: given, or made of the qualifiers. */
export function nameOf(scope: Construct, { name, system, purpose }: NameProps): string {
  const given = { system, purpose };
  for (const [prop, part] of Object.entries(given)) {
    if (part === undefined) continue;
    if (name !== undefined) refuse(scope, prop, part, `left out where there is a name: it is ${name}`);
    checkKnown(scope, prop, part, RIGHT);
    check(scope, prop, part, isName, RIGHT);
  }
  const whole = name ?? [system ?? "safe-storage", purpose].filter((part) => part !== undefined).join("-");
  checkKnown(scope, "name", whole, RIGHT);
  check(scope, "name", whole, isName, RIGHT);
  return whole;
}

const isName = (text: string): boolean => /^[a-z][a-z0-9-]{0,40}$/.test(text);
const RIGHT = "1 to 41 lower-case letters, digits and hyphens, a letter first";
