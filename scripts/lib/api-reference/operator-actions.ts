// The descriptions of the operator's actions: one JSON file an action, beside its bash.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

type Schema = Record<string, any>;

export interface OperatorAction {
  title: string;
  description: string;
  /** Whether runs of it keep other runs out. */
  lock: "always" | "never" | "when needed";
  /** JSON Schema of the members that it has beside those of every event. */
  event: Schema;
  /** JSON Schema of what it answers. */
  answer: Schema;
}

const FOLDER = join(__dirname, "../../../lambda-runtime");
const read = (file: string) => JSON.parse(readFileSync(join(FOLDER, file), "utf8"));

export const actions: OperatorAction[] = readdirSync(join(FOLDER, "actions"))
  .filter((name) => name.endsWith(".json"))
  .map((name): OperatorAction => read(join("actions", name)))
  .sort((a, b) => (a.title < b.title ? -1 : 1));

/** The action's event, of those members that it knows: to ask different actions for the same thing. */
export function eventOf(title: string, members: Record<string, unknown>): Record<string, unknown> {
  const { event } = actions.find((action) => action.title === title)!;
  const known = Object.entries(members).filter(([name]) => name in eventSchema(event).properties);
  return { ...Object.fromEntries(known), action: title };
}

/** The whole event's schema: with the members that every event may have. */
export const eventSchema = (event: Schema): Schema => ({
  ...event,
  properties: { ...read("event.json"), ...event.properties },
  additionalProperties: false,
});
