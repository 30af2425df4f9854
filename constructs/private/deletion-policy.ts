// Deletion policy: what a destroy may delete.

import { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { check, checkKnown } from "./validation";

/**
 * `retain`: a destroy, or a change that would replace the resource, is refused while planning, before anything is
 * touched. `delete`: a destroy removes what AWS lets it remove, and stops with a message at what must wait.
 */
export type DeletionPolicy = "retain" | "delete";

/** The policy, `retain` unless given. */
export function deletionPolicyOf(
  scope: Construct,
  { deletionPolicy = "retain" }: { readonly deletionPolicy?: DeletionPolicy },
): DeletionPolicy {
  const isPolicy = (p: string): boolean => p === "retain" || p === "delete";
  checkKnown(scope, "deletionPolicy", deletionPolicy, '"retain" or "delete"');
  check(scope, "deletionPolicy", deletionPolicy, isPolicy, '"retain" or "delete"');
  return deletionPolicy;
}

/** Gives a resource Terraform's `prevent_destroy` where the policy retains it. */
export function applyDeletionPolicy(policy: DeletionPolicy, ...resources: TerraformResource[]): void {
  if (policy === "delete") return;
  for (const resource of resources) resource.lifecycle = { ...resource.lifecycle, preventDestroy: true };
}
