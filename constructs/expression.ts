// Values within Terraform's expressions.

import { Token } from "cdktf";

/** As an operand within `${…}`: text in quotes, and what is known at deploy only as the reference that it is. */
export const operand = (value: string): string => (Token.isUnresolved(value) ? value : JSON.stringify(value));
