// emulator/RULES.md: what the conformance suite proves, rule by rule, out of jest's results (--json).
//   tsx scripts/lib/emulated-rules.ts RESULTS --write|--check

import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

interface Results {
  testResults: {
    name: string;
    assertionResults: { ancestorTitles: string[]; title: string; status: string }[];
  }[];
}

const FILE = "emulator/RULES.md";
const [results, mode] = process.argv.slice(2);
const { testResults } = JSON.parse(readFileSync(results, "utf8")) as Results;

/** The comment at a file's head: what it is about, and the source of all its rules. */
const head = (file: string): string =>
  /^(?:\/\/ .*\n)+/
    .exec(readFileSync(file, "utf8"))![0]
    .replace(/^\/\/ /gm, "")
    .trim()
    .replace(/\n/g, " ");

const sections = testResults
  .sort((a, b) => a.name.localeCompare(b.name))
  .map(({ name, assertionResults }) => {
    const rules = assertionResults
      .filter(({ status }) => status === "passed")
      .map(({ ancestorTitles, title }) => `- ${[...ancestorTitles, title].join(": ")}`);
    return `## ${basename(name, ".test.ts")}\n\n${head(name)}\n\n${rules.join("\n")}\n`;
  });
const text = [
  "# Rules that the local cloud keeps\n",
  "Made by `scripts/emulated-rules` from the conformance suite: each line is a test that passed. Its source stands in",
  "parentheses, or at the head of its group.\n",
  ...sections,
].join("\n");

if (mode === "--write") writeFileSync(FILE, text);
else if (readFileSync(FILE, "utf8") !== text) {
  console.error(`${FILE} is not what the conformance suite has just proven: run scripts/emulated-rules`);
  process.exitCode = 1;
}
