// Claims about AWS that nobody here could verify: each has a file, and is in docs/unverified.md; whoever names one names one that there is.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../../command/verify/report";
import { claims } from "../../verification/claims";
import { reportsOnRecord, unverified } from "../../verification/unverified";

const ROOT = join(__dirname, "../..");
const PAGE = join(ROOT, "docs/unverified.md");
const ids = Object.keys(claims);

test("each file of verification/claims is a claim, by its name", () => {
  const files = readdirSync(join(ROOT, "verification/claims")).filter((name) => name !== "index.ts");
  expect(files.map((name) => name.replace(".ts", "")).sort()).toEqual([...ids].sort());
});

test("docs/unverified.md is as scripts/unverified writes it", () => {
  const page = execFileSync("node_modules/.bin/prettier", ["--stdin-filepath", PAGE], {
    cwd: ROOT,
    encoding: "utf8",
    input: unverified(reportsOnRecord()),
  });
  expect(readFileSync(PAGE, "utf8")).toBe(page);
});

test("a report on record is told with its claims, the newest first, and what was not in reach is not", () => {
  const report = (date: string, verdict: "confirmed" | "refuted" | "not in reach"): Report => ({
    version: "0.1.0",
    region: "eu-west-1",
    date,
    claims: { "quorum-values": { verdict, seen: `as of ${date}` } },
    measured: [],
  });
  const page = unverified([
    report("2027-03-01", "refuted"),
    report("2027-02-01", "not in reach"),
    report("2027-01-01", "confirmed"),
  ]);
  expect(page).toContain(
    "- **refuted** in eu-west-1 on 2027-03-01: as of 2027-03-01\n- **confirmed** in eu-west-1 on 2027-01-01: as of 2027-01-01\n",
  );
  expect(page).not.toContain("as of 2027-02-01");
});

test("whatever refers to a claim refers to one that there is, and documents refer to claims by their ids", () => {
  const files = execFileSync("git", ["grep", "-lI", "unverified\\.md", "--", ":!docs/unverified.md"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const references = files
    .trim()
    .split("\n")
    .flatMap((file) =>
      [...readFileSync(join(ROOT, file), "utf8").matchAll(/unverified\.md#([\w-]+)/g)].map(([, id]) => ({
        file,
        id,
      })),
    );
  expect(references.length).toBeGreaterThan(5);
  expect(references.filter(({ id }) => id !== "ID" && !ids.includes(id))).toEqual([]);
});
