// Refuses unknown names of settings: no compiler has checked JSON for typing errors.

import { Construct } from "constructs";
import { checkNames } from "../private";
import { SafeStorageProps } from "./settings";
import schema from "./settings.schema.json"; // made of settings.ts by scripts/api-reference

/** As far as it is read here. */
interface Described {
  readonly description?: string;
  readonly properties?: Record<string, Described>;
}

const SETTINGS: Record<string, Described> = { ...schema.properties, provider: {} }; // JSON has no provider

export function checkSettingNames(scope: Construct, settings: SafeStorageProps): void {
  checkDescribed(scope, "props", settings, { properties: SETTINGS });
}

/** Members of members as well; but of lists and maps nothing is known here, their construct checks them. */
function checkDescribed(scope: Construct, prop: string, value: object, { properties }: Described): void {
  if (!properties) return;
  checkNames(scope, prop, value, Object.keys(properties));
  for (const [name, member] of Object.entries(value))
    if (member !== undefined)
      checkDescribed(scope, prop === "props" ? name : `${prop}.${name}`, member, properties[name]);
}
