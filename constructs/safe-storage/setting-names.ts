// Refuses unknown names of settings: no compiler has checked JSON for typing errors.

import { Construct } from "constructs";
import { checkNames } from "../private";
import { SafeStorageProps } from "./settings";
import schema from "./settings.schema.json"; // made of settings.ts by scripts/api-reference

/** As far as it is read here. */
interface Described {
  readonly description?: string;
  readonly type?: unknown;
  readonly properties?: Record<string, Described>;
  readonly items?: Described;
}

const SETTINGS: Record<string, Described> = { ...schema.properties, provider: {} }; // JSON has no provider

export function checkSettingNames(scope: Construct, settings: SafeStorageProps): void {
  checkDescribed(scope, "props", settings, { properties: SETTINGS });
}

/** Members of members as well, and of lists' members; of maps the names are the user's. What is no such thing, its construct refuses. */
function checkDescribed(scope: Construct, prop: string, value: object, { properties }: Described): void {
  if (!properties) return;
  checkNames(scope, prop, value, Object.keys(properties));
  for (const [name, member] of Object.entries(value)) {
    const { items } = properties[name];
    const at = prop === "props" ? name : `${prop}.${name}`;
    if (items && Array.isArray(member))
      for (const [i, item] of member.entries())
        if (typeof item === "object" && item) {
          const { provider: _, ...named } = item; // a destination of backups has one, which JSON has not
          checkDescribed(scope, `${at}[${i}]`, named, items);
        }
    if (!items && member !== undefined) checkDescribed(scope, at, member, properties[name]);
  }
}
