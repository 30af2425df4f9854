// What the documents say of the operator, held against its code and against what the stack asks of it.

import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import Ajv from "ajv/dist/2020"; // the validator of JSON schemas that the field trusts
import { safeStorage } from "../constructs/synthesize";

const ROOT = join(__dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const names = (folder: string, end: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(end))
    .map((name) => basename(name, end))
    .sort();

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
const schemas = Object.fromEntries(
  names("docs/actions", ".schema.json").map((name) => [
    name,
    JSON.parse(read(`docs/actions/${name}.schema.json`)),
  ]),
);

test("every action has a schema, and every schema an action", () => {
  expect(Object.keys(schemas)).toEqual(names("lambda-runtime/actions", ".sh"));
});

test.each(Object.entries(schemas))(
  "the schema of %s is one, and names what the action reads",
  (name, schema) => {
    ajv.compile(schema);
    const code = read(`lambda-runtime/actions/${name}.sh`);
    const inputs = [...code.matchAll(/\$\(input (\w+)\)/g)].map(([, member]) => member);
    expect(Object.keys(schema.properties.event.properties)).toEqual(expect.arrayContaining(inputs));
    const always = inputs.filter((member) => member !== "passwordLength");
    const { required, dependentRequired = {} } = schema.properties.event;
    const asked = [...required, ...Object.values(dependentRequired).flat()];
    expect(asked).toEqual(expect.arrayContaining(always));
  },
);

test("what the stack sends to the operator is what the schemas ask for", () => {
  const invocations = safeStorage().resources("aws_lambda_invocation");
  expect(invocations.length).toBeGreaterThan(5);
  for (const { input } of invocations) {
    const members = [...input.matchAll(/"(\w+)" = /g)].map(([, member]) => member);
    const schemaOf = (of: RegExp) => schemas[of.exec(input)?.[1] ?? ""]?.properties.event;
    const { properties, required } = schemaOf(/"action" = "([a-z-]+)"/);
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(members));
    const atDestroy = schemaOf(/"onDelete" = "([a-z-]+)"/)?.required ?? [];
    expect(members).toEqual(expect.arrayContaining([...required, ...atDestroy]));
  }
});

test("docs/operations.md lists every error of the operator", () => {
  const files = [
    "bootstrap",
    "operator.sh",
    ...["actions", "lib"].flatMap((folder) =>
      names(`lambda-runtime/${folder}`, ".sh").map((name) => `${folder}/${name}.sh`),
    ),
  ];
  const code = files.map((file) => read(`lambda-runtime/${file}`)).join("\n");
  const errors = [
    ...code.matchAll(/(?:fail(?:_hsm)?|init_error|error=\()\s?([A-Z][A-Za-z]+(?:\.[A-Za-z]+)?) ["$]/g),
  ];
  const types = new Set(errors.map(([, type]) => type));
  expect(types.size).toBeGreaterThan(15);
  const page = read("docs/operations.md");
  for (const type of types) expect(page).toContain(`\`${type}\``);
});

test("docs/operations.md gives the same advice for a failed connection as the action", () => {
  const action = read("lambda-runtime/actions/connect-key-store.sh");
  const advice = [...action.matchAll(/^ {4}([A-Z_]+)\) echo "(.*)" ;;$/gm)];
  expect(advice.length).toBeGreaterThan(7);
  const page = read("docs/operations.md").replace(/`/g, "");
  for (const [, code, text] of advice) expect(page).toMatch(new RegExp(`${code} *\\| ${text}`));
});

test("every command of docs/operations.md is executed by a test", () => {
  const sections = read("docs/operations.md").split(/^#+ /m);
  const headings = sections.filter((text) => text.includes("```sh")).map((text) => text.split("\n")[0]);
  expect(headings.length).toBeGreaterThan(6);
  const tests = ["deploys-beside", "lost-cluster", "runbook", "schedule", "users"]
    .map((name) => read(`__tests__/end-to-end/${name}.test.ts`))
    .join("\n")
    .replace(/\s+/g, " ");
  for (const heading of headings.filter((h) => h !== "Runbook"))
    // whose function all of them use
    expect(tests).toMatch(new RegExp(`runbook\\( ?"${heading}"`));
});

test("the API reference has every module that the package exports", () => {
  const exported = [...read("constructs/index.ts").matchAll(/from "\.\/([\w-]+)"/g)].map(([, name]) => name);
  const { entryPoints } = JSON.parse(read("typedoc.json"));
  expect(entryPoints).toEqual(expect.arrayContaining(exported.map((name) => `constructs/${name}.ts`)));
});
