// What a plan of Terraform's changes, of its JSON (`terraform show -json`).

import { readFileSync } from "node:fs";
import { Failure } from "../failure";

export interface Change {
  address: string;
  path: string;
  type: string;
  action: "create" | "update" | "replace" | "delete";
}

interface Plan {
  format_version?: string;
  resource_changes?: { address: string; type: string; change: { actions: string[] } }[];
}

/** @throws Failure for a file that is no such plan. */
export function changesOf(file: string, { paths }: { paths: Record<string, string> }): Change[] {
  let plan: Plan;
  try {
    plan = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Failure(
      `--plan ${file} is no JSON: ${(error as Error).message}. Make it by terraform show -json PLAN > ${file}`,
      2,
    );
  }
  if (!plan.format_version || !plan.resource_changes)
    throw new Failure(
      `--plan ${file} is no plan of Terraform's. Make it by terraform show -json PLAN > ${file}`,
      2,
    );
  return plan.resource_changes.flatMap(({ address, type, change: { actions } }) => {
    const action = actionOf(actions);
    return action ? [{ address, type, action, path: paths[address] ?? address }] : [];
  });
}

function actionOf(actions: string[]): Change["action"] | undefined {
  if (actions.includes("create") && actions.includes("delete")) return "replace";
  const [action] = actions;
  return action === "create" || action === "update" || action === "delete" ? action : undefined;
}
