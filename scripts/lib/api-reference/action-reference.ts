// From lambda-runtime/actions/*.json: constructs/operator/operator-events.ts, or with --markdown the page of all actions. Prints it.

import { compile, JSONSchema } from "json-schema-to-typescript"; // TypeScript of JSON Schema, by the library that the field trusts
import { actions, eventSchema, OperatorAction } from "./operator-actions";

const LOCKS = { always: "yes", never: "no", "when needed": "once it finds that it needs it" };

const typeName = (action: string): string =>
  action.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()) + "Event";

async function typescript(): Promise<string> {
  const own = { bannerComment: "", additionalProperties: false, format: false, ignoreMinAndMaxItems: true };
  const types = await Promise.all(
    actions.map(({ title, description, event }) => {
      if (Object.keys(event.properties).length === 0)
        return `/** ${description} */\nexport type ${typeName(title)} = Record<string, never>;`;
      const schema = { ...event, description, additionalProperties: false } as JSONSchema;
      return compile(schema, typeName(title), own);
    }),
  );
  const map = actions.map(
    ({ title, description }) => `/** ${description} */\n"${title}": ${typeName(title)};`,
  );
  return [
    "// Made by scripts/api-reference from lambda-runtime/actions: what each action of the operator is given.",
    ...types,
    "/** What each action of the operator is given, by the action's name. */",
    `export interface OperatorEvents {\n${map.join("\n")}\n}`,
  ]
    .join("\n\n")
    .replace(/\n *\* *\n *\* @minItems \d+/g, ""); // no tag of TypeDoc's
}

/** A row for each member: name, type, whether it is required, meaning. */
function table(schema: JSONSchema): string[] {
  const rows = Object.entries(schema.properties ?? {});
  if (rows.length === 0) return ["None."];
  return [
    "| member | type | | meaning |",
    "| --- | --- | --- | --- |",
    ...rows.map(([name, of]) => {
      const always = (schema.required as string[] | undefined)?.includes(name) ? "required" : "";
      return `| \`${name}\` | ${typeOf(of)} | ${always} | ${(of.description ?? "").replace(/\|/g, "\\|")} |`;
    }),
  ];
}

function typeOf(schema: JSONSchema): string {
  const values = schema.const === undefined ? schema.enum : [schema.const];
  if (values) return (values as unknown[]).map((v) => `\`${JSON.stringify(v)}\``).join(" or ");
  const pattern = schema.pattern && schema.pattern !== "^\\S+$" ? ` \`${schema.pattern}\`` : "";
  if (schema.type === "array") return `list of ${typeOf(schema.items as JSONSchema)}`;
  if (typeof schema.additionalProperties === "object")
    return `map of ${typeOf(schema.additionalProperties as JSONSchema)}`;
  if (schema.properties)
    return `{ ${Object.entries(schema.properties)
      .map(([name, of]) => `${name}: ${typeOf(of)}`)
      .join(", ")} }`;
  return `${schema.type}${pattern}`;
}

const section = ({ title, description, lock, event, answer }: OperatorAction): string[] => [
  `## ${title}`,
  description,
  `Takes the lock: ${LOCKS[lock]}.`,
  "Event:",
  table(event).join("\n"),
  "Answer:",
  table(answer).join("\n"),
];

const markdown = (): string =>
  [
    "# Actions of the operator",
    "Each action is a file of `lambda-runtime/actions`, and its event and answer are described by the JSON file beside it, from which this page, the TypeScript types and the check at run time come. An event is JSON: `action` and the members below. [How to run an action by hand](operations.md#an-action-of-the-operator-is-run-by-hand).",
    "Actions that take the lock take turns, so that no user is made while an HSM comes or goes. What an event lacks, or has too much, is the error `InvalidInput`, which names it.",
    "## Members of every event",
    table({ properties: eventSchema({ properties: {} }).properties }).join("\n"),
    ...actions.flatMap(section),
  ].join("\n\n");

async function main(): Promise<void> {
  console.log(process.argv[2] === "--markdown" ? markdown() : await typescript());
}

void main();
