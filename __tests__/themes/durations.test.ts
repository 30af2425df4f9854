import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { durationsPage } from "../../scripts/lib/durations";

const ROOT = join(__dirname, "../..");
const PAGE = join(ROOT, "docs/durations.md");

test("docs/durations.md is as scripts/durations writes it", () => {
  const page = execFileSync("node_modules/.bin/prettier", ["--stdin-filepath", PAGE], {
    cwd: ROOT,
    encoding: "utf8",
    input: durationsPage(),
  });
  expect(readFileSync(PAGE, "utf8")).toBe(page);
});
