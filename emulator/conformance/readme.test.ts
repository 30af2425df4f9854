// emulator/README.md says of each operation whether it is emulated; this holds it against the code.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");
const squeeze = (text: string) => text.replace(/\s+/g, " ").trim();

test("the README's table of operations is that of the code (else: scripts/emulated-operations --write)", () => {
  const table = execFileSync(join(ROOT, "scripts/emulated-operations"), { encoding: "utf8" });
  expect(squeeze(readFileSync(join(ROOT, "emulator/README.md"), "utf8"))).toContain(squeeze(table));
});

test("CloudHSM's is complete", () => {
  const table = execFileSync(join(ROOT, "scripts/emulated-operations"), { encoding: "utf8" });
  const [, here, all] = /CloudHSM v2\*\*, (\d+) of (\d+) operations/.exec(table)!;
  expect(here).toBe(all);
});
