// Prints the first page of the reference: its pages by what people use, each with the first sentence of what it describes.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Folders of `constructs/` in the order in which a reader meets them. */
const GROUPS: Record<string, string> = {
  "safe-storage": "The whole chain",
  network: "Network",
  signing: "Who signs the cluster's CSR",
  operator: "Operator and notifications",
  cluster: "Cluster and HSMs",
  "key-store": "Key store and keys",
  storage: "File system",
  users: "HSM users",
  schedule: "Scheduled removal of HSMs",
  backups: "Backup replication",
  monitoring: "Monitoring",
  private: "What every construct takes",
};

const [folder] = process.argv.slice(2);

const words = (file: string): string => file[0].toUpperCase() + file.slice(1).replaceAll("-", " ");
const pascal = (file: string): string =>
  file.replace(/(?:^|-)(\w)/g, (_, first: string) => first.toUpperCase());

/** A page that has a thing of its file's name is about that; another one is about what its source says at its head. */
function described(group: string, page: string): { name: string; sentence: string } {
  const file = page.replace(/\.md$/, "");
  const text = readFileSync(join(folder, group, page), "utf8");
  const own = text.split(`\n### ${pascal(file)}\n`)[1];
  const head = readFileSync(join("constructs", group, `${file}.ts`), "utf8").split("\n\n")[0];
  const prose =
    own?.split("\n\n").find((paragraph) => /^[A-Z`]/.test(paragraph)) ?? head.replace(/^\/\/ /gm, "");
  const sentence = /^.*?\.(?=\s|$)/.exec(prose.replaceAll("\n", " "))?.[0] ?? prose;
  return { name: own ? pascal(file) : words(file), sentence };
}

console.log(`# Reference

Every prop, default, rule and error of the constructs, made of their docstrings. [Errors](errors.md) lists every message at synth and of a
plan, [Actions of the operator](../actions.md) what its Lambda function is asked and answers.
`);
for (const [group, title] of Object.entries(GROUPS)) {
  console.log(`## ${title}\n\n| page | what it is |\n| --- | --- |`);
  for (const page of readdirSync(join(folder, group)).sort()) {
    const { name, sentence } = described(group, page);
    console.log(`| [${name}](${group}/${page}) | ${sentence} |`);
  }
  console.log();
}
