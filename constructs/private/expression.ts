// Values within Terraform's expressions.

import { Fn, Token } from "cdktf";

/** As an operand within `${…}`: text in quotes, and what is known at deploy only as the reference that it is. */
export const operand = (value: string): string => (Token.isUnresolved(value) ? value : JSON.stringify(value));

/** A text of several lines as an expression: as itself `cdktf synth --hcl` would write it into quotes, which HCL does not take. */
export const multiline = (text: string): string => (text === "" ? "" : Fn.join("\n", text.split("\n")));

/** JSON with EventBridge's own `<variables>` as they are: Terraform's jsonencode writes brackets as \\u003c and \\u003e. */
export const jsonWithVariables = (value: object): string =>
  Fn.replace(Fn.replace(Fn.jsonencode(value), "\\\\u003c", "<"), "\\\\u003e", ">");
