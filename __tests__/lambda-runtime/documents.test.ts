// What the documents say of the operator, held against its code and against what the stack asks of it.

import { readdirSync, readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { basename, join } from "node:path";
import Ajv from "ajv/dist/2020"; // the validator of JSON schemas that the field trusts
import { actions, eventSchema } from "../../scripts/lib/api-reference/operator-actions";
import { safeStorage } from "../../scripts/lib/synthesize";

const ROOT = join(__dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const names = (folder: string, end: string) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(end))
    .map((name) => basename(name, end))
    .sort();

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
const byName = Object.fromEntries(actions.map((action) => [action.title, action]));

test("every action has a description, and every description an action", () => {
  expect(names("lambda-runtime/actions", ".json")).toEqual(names("lambda-runtime/actions", ".sh"));
  expect(Object.keys(byName)).toEqual(names("lambda-runtime/actions", ".json"));
});

describe.each(actions)("the description of $title", ({ title, lock, event, answer }) => {
  const code = read(`lambda-runtime/actions/${title}.sh`);
  const members = (of: RegExp) => [...code.matchAll(of)].map(([, member]) => member);

  test("is one, of what the check at run time knows, and of what the types can say", () => {
    ajv.compile(eventSchema(event));
    ajv.compile(answer);
    const known = ["type", "description", "pattern", "enum", "items", "minItems", "properties", "required"];
    const checkKeywords = (schema: Record<string, any>): void => {
      expect([...known, "additionalProperties"]).toEqual(expect.arrayContaining(Object.keys(schema)));
      expect(schema.type).toMatch(/^(string|boolean|integer|array|object)$/);
      const { items, properties = {}, additionalProperties } = schema;
      const inner = [items, additionalProperties, ...Object.values(properties)];
      for (const of of inner.filter((s) => typeof s === "object")) checkKeywords(of);
    };
    for (const schema of Object.values(event.properties)) checkKeywords(schema as Record<string, any>);
  });

  test("names what the action reads", () => {
    const asked = [...event.required, ...Object.values(event.dependentRequired ?? {}).flat()];
    const always = members(/\$\(input (\w+)\)/g);
    expect([...asked, "passwordLength", ...(title === "replicate-users" ? ["adminSecretArn"] : [])]).toEqual(
      expect.arrayContaining(always),
    );
    const read = [...always, ...members(/\$\(optional (\w+)\)/g)];
    expect(Object.keys(eventSchema(event).properties)).toEqual(expect.arrayContaining(read));
  });

  test("says when it takes the lock", () => {
    expect(["always", "never", "when needed"]).toContain(lock);
    expect(/^take_lock$/m.test(code)).toBe(lock === "when needed");
  });
});

test("what the stack sends to the operator is what the descriptions ask for", () => {
  const invocations = safeStorage().resources("aws_lambda_invocation");
  expect(invocations.length).toBeGreaterThan(5);
  for (const { input } of invocations) {
    const members = [...input.matchAll(/"(\w+)" = /g)].map(([, member]) => member);
    const eventOf = (of: RegExp) => byName[of.exec(input)?.[1] ?? ""]?.event;
    const event = eventOf(/"action" = "([a-z-]+)"/);
    const atDestroy = eventOf(/"onDelete" = "([a-z-]+)"/);
    expect(members).toEqual(expect.arrayContaining([...event.required, ...(atDestroy?.required ?? [])]));
    const known = [event, atDestroy].flatMap((of) => Object.keys(eventSchema(of ?? {}).properties));
    const inner = ["availabilityZone", "ipAddress"]; // of a list in it
    // What retain guards has the input of the action that it stands for.
    if (!/"onDelete" = "retain"/.test(input))
      expect([...known, ...inner]).toEqual(expect.arrayContaining(members));
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
    ...code.matchAll(
      /(?:fail(?:_hsm)?|init_error|error=\()\s*([A-Z][A-Za-z]+(?:\.[A-Za-z]+)?)\s+(?:\\\n\s+)?["$]/g,
    ),
  ];
  const types = new Set(errors.map(([, type]) => type));
  expect(types.size).toBeGreaterThan(15);
  const page = read("docs/operations.md");
  for (const type of types) expect(page).toContain(`\`${type}\``);
});

test("docs/operations.md gives the same advice for a failed connection as the action", () => {
  // A long text comes in several.
  const action = read("lambda-runtime/actions/connect-key-store.sh").replace(/" \\\n\s+"/g, " ");
  const advice = [...action.matchAll(/^ {4}([A-Z_]+)\) echo "(.*)" ;;$/gm)];
  expect(advice.length).toBeGreaterThan(7);
  const page = read("docs/operations.md").replace(/`/g, "");
  for (const [, code, text] of advice)
    expect(page).toMatch(new RegExp(`^#### [^\n]*${code}[^\n]*\n\n${text}`, "im"));
});

test("every command of docs/operations.md is executed by a test", () => {
  const sections = read("docs/operations.md").split(/^#+ /m);
  const headings = sections.filter((text) => text.includes("```sh")).map((text) => text.split("\n")[0]);
  expect(headings.length).toBeGreaterThan(6);
  const tests = ["deploys-beside", "lost-cluster", "runbook", "schedule", "users"]
    .map((name) => read(`__tests__/end-to-end/${name}.test.ts`))
    .join("\n")
    .replace(/\s+/g, " ");
  for (const heading of headings.filter((h) => h !== "Commands"))
    // whose function all of them use
    expect(tests).toMatch(new RegExp(`runbook\\( ?"${heading}"`));
});

describe("every block of commands in the documents says which test runs it, or why none does", () => {
  const pages = execFileSync("git", ["ls-files", "*.md"], { cwd: ROOT, encoding: "utf8" })
    .split("\n")
    .filter((page) => page !== "" && page !== "docs/operations.md"); // whose blocks the test above holds
  const blocks = pages.flatMap((page) =>
    [...read(page).matchAll(/(?:<!-- (.*) -->\n+)?^ *```sh\n/gm)].map(([, mark], i) => ({ page, i, mark })),
  );

  test.each(blocks)("$page, block $i", ({ mark }) => {
    expect(mark).toMatch(/^(run by __tests__\/\S+: \S+$|run by CI: \S|not run: \S)/);
    const [, file, what] = /^run by (__tests__\/\S+): (\S+)$/.exec(mark) ?? [];
    if (file) expect(read(file)).toContain(what);
  });
});

test("the API reference has every module that the package exports", () => {
  const exported = [...read("constructs/index.ts").matchAll(/from "\.\/([\w/-]+)"/g)].map(([, name]) => name);
  const { entryPoints } = JSON.parse(read("typedoc.json"));
  expect(entryPoints).toEqual(expect.arrayContaining(exported.map((name) => `constructs/${name}.ts`)));
});
