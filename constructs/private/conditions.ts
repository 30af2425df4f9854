// Conditions that Terraform checks: of a resource before it is created, or of a data source once it is read.

import { Postcondition, Precondition, TerraformDataSource, TerraformResource } from "cdktf";

type Conditioned = TerraformResource | TerraformDataSource;

/** Refuses a plan where one of them does not hold. */
export function requireBefore(element: Conditioned, ...conditions: Precondition[]): void {
  element.lifecycle = {
    ...element.lifecycle,
    precondition: [...(element.lifecycle?.precondition ?? []), ...conditions],
  };
  writeBlocks(element);
}

/** Refuses what is read or made where one of them does not hold; `self` is the resource or data source. */
export function requireAfter(element: Conditioned, ...conditions: Postcondition[]): void {
  element.lifecycle = {
    ...element.lifecycle,
    postcondition: [...(element.lifecycle?.postcondition ?? []), ...conditions],
  };
  writeBlocks(element);
}

type Attributes = Record<string, Record<string, unknown>>;
const written = new WeakSet<Conditioned>();

/**
 * `cdktf synth --hcl` (0.21.0, the last one) writes conditions as lists, which Terraform refuses: «An argument named "precondition" is not
 * expected here». They are blocks; told so, it writes them as such.
 */
function writeBlocks(element: Conditioned): void {
  if (written.has(element)) return;
  written.add(element);
  const toHcl = element.toHclTerraform.bind(element);
  element.toHclTerraform = () => {
    const rendered = toHcl() as Record<string, Record<string, Record<string, Attributes>>>;
    for (const byType of Object.values(rendered))
      for (const attributes of Object.values(byType?.[element.terraformResourceType] ?? {})) {
        const { lifecycle } = attributes;
        if (!lifecycle) continue;
        const blocks = Object.entries(lifecycle).map(([name, value]) => [
          name,
          name.endsWith("condition")
            ? { value, isBlock: true, type: "list", storageClassType: "objectList" }
            : value,
        ]);
        attributes.lifecycle = { value: Object.fromEntries(blocks) };
      }
    return rendered;
  };
}
