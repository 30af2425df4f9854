// Settings that the documents show synthesize as they stand.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { safeStorage, SETTINGS } from "../../scripts/lib/synthesize";

const DOCS = join(__dirname, "../../docs");
const pages = [
  ...readdirSync(join(DOCS, "guides")).map((page) => `guides/${page}`),
  ...readdirSync(DOCS).filter((page) => page.endsWith(".md")),
];

/** JSON that is a setting with its name, or several. */
const blocks = pages.flatMap((page) =>
  [...readFileSync(join(DOCS, page), "utf8").matchAll(/^```json\n("[a-zA-Z]+": .*?)^```$/gms)].map(
    ([, json], i) => ({ page, i, json }),
  ),
);

test("there are some", () => expect(blocks.length).toBeGreaterThan(10));

test.each(blocks)("$page, block $i", ({ json }) => {
  // That one is main.ts's.
  const { stateBackend: _, ...shown } = JSON.parse(`{${json}}`);
  const network = shown.network && { ...SETTINGS.network, ...shown.network };
  expect(() => safeStorage({ ...shown, ...(network && { network }) })).not.toThrow();
});
