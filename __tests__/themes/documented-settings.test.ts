// Settings that the project and its documents show: they synthesize as they stand, and an editor finds nothing wrong with them.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { safeStorage, SETTINGS } from "../../scripts/lib/synthesize";

const ROOT = join(__dirname, "../..");
const DOCS = join(ROOT, "docs");
const read = (path: string): string => readFileSync(path, "utf8");
const isRight = new Ajv().compile(JSON.parse(read(join(ROOT, "settings.schema.json"))));
const pages = [
  ...readdirSync(join(DOCS, "guides")).map((page) => `guides/${page}`),
  ...readdirSync(DOCS).filter((page) => page.endsWith(".md")),
];

/** JSON that is a setting with its name, or several. */
const blocks = pages.flatMap((page) =>
  [...read(join(DOCS, page)).matchAll(/^```json\n("[a-zA-Z]+": .*?)^```$/gms)].map(([, json], i) => ({
    page,
    i,
    json,
  })),
);

test("there are some", () => expect(blocks.length).toBeGreaterThan(10));

test.each(blocks)("$page, block $i", ({ json }) => {
  const shown = JSON.parse(`{${json}}`);
  const network = { ...SETTINGS.network, ...shown.network };
  expect({ right: isRight({ ...shown, network }), errors: isRight.errors }).toMatchObject({ right: true });
  // That one is main.ts's.
  const { stateBackend: _, ...settings } = shown;
  expect(() => safeStorage({ ...settings, network })).not.toThrow();
});

describe("settings.json, by the schema that it names", () => {
  const { $schema, ...settings } = JSON.parse(read(join(ROOT, "settings.json")));

  test("is right", () => {
    expect($schema).toBe("./settings.schema.json");
    expect({ right: isRight(settings), errors: isRight.errors }).toMatchObject({ right: true });
  });

  test.each([
    ["a wrong name", { fileSystem: { volume: [] } }],
    ["a wrong value", { deletionPolicy: "keep" }],
    ["a wrong type", { cluster: { hsmsOnDemand: "yes" } }],
    ["a missing setting", { network: undefined }],
  ])("%s would be marked", (_, wrong) => {
    expect(isRight(JSON.parse(JSON.stringify({ ...settings, ...wrong })))).toBe(false);
  });
});
