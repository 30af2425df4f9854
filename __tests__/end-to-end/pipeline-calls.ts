// Whether the role that a pipeline deploys with may do what Terraform and the command have done.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { actionsOf, Call } from "../../scripts/lib/pipeline-policies/actions";
import { allows, Policy } from "../../scripts/lib/pipeline-policies/policies";

export const policy = (name: "plan" | "deploy"): Policy =>
  JSON.parse(readFileSync(join(__dirname, "../../examples/pipeline", `${name}.json`), "utf8"));

/** The actions of calls of these that it may not do. */
export const beyond = (of: Policy, calls: Call[]): string[] =>
  actionsOf(calls).filter((action) => !allows(of, action));
