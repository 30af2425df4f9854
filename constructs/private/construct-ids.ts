// Construct ids for what a method makes for a resource of the user's, given as the resource, its name or its id.

import { Token } from "cdktf";
import { Construct, IConstruct } from "constructs";
import { refuse } from "./validation";

/** The id of what a method makes for it, unique among what it makes: given, or that of the resource or its name. */
export function idFor(scope: Construct, resource: IConstruct | string, id?: string): string {
  if (id !== undefined) return id;
  if (typeof resource !== "string") return resource.node.id;
  if (Token.isUnresolved(resource)) refuse(scope, "id", id, "given, since the name is known at deploy only");
  return resource;
}
