// The reference of the command as Markdown, made of what --help knows.

import { Argument, Command, Option } from "commander";
import { buildProgram, pathOf } from "./program";

const table = (heads: string[], rows: string[][]): string[] =>
  rows.length === 0
    ? []
    : [heads, heads.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).concat("");

const shownDefault = (value: unknown): string => (value === undefined ? "" : `\`${String(value)}\``);

const optionRow = ({ flags, description, defaultValue, argChoices }: Option): string[] => [
  `\`${flags.replaceAll("|", "\\|")}\``,
  description + (argChoices ? `: ${argChoices.map((one) => `\`${one}\``).join(" or ")}` : ""),
  shownDefault(defaultValue),
];

const argumentRow = (argument: Argument): string[] => [
  `\`${argument.required ? `<${argument.name()}>` : `[${argument.name()}]`}\``,
  argument.description,
  shownDefault(argument.defaultValue),
];

/** The lines after the word Example of what --help shows last. */
function examplesOf(command: Command): string[] {
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text) });
  command.outputHelp();
  const [, lines] = /\nExamples?:\n([\s\S]*)$/.exec(help) ?? [];
  return lines === undefined
    ? []
    : [
        "<!-- not run: a reference; the guides have what is run -->",
        "",
        "```sh",
        ...lines
          .trim()
          .split(/\n */)
          .map((line) =>
            line.startsWith("safe-storage")
              ? `npx ${line}`
              : line.replace("$(safe-storage", "$(npx safe-storage"),
          ),
        "```",
        "",
      ];
}

function sectionOf(command: Command): string[] {
  const help = command.createHelp();
  const options = command.options.filter((option) => !option.hidden);
  const groups = command.commands.length > 0;
  return [
    `${"#".repeat(pathOf(command).split(" ").length)} ${pathOf(command)}`,
    "",
    command.description(),
    "",
    ...(groups ? [] : ["```text", help.commandUsage(command), "```", ""]),
    ...table(["Argument", "Meaning", "Default"], command.registeredArguments.map(argumentRow)),
    ...table(["Option", "Meaning", "Default"], options.map(optionRow)),
    ...(command.parent ? examplesOf(command) : []),
    ...command.commands.flatMap((one) => sectionOf(one as Command)),
  ];
}

const INTRODUCTION = `
The package \`safe-storage-cli\` has it. Exit status: 0 done, 1 it failed or something is wrong, 2 it was called in a wrong way or could
not begin. It asks before it changes what cannot be brought back, writes what a program may read to standard output and the rest to
standard error, and shows colours on a terminal only, and none with \`NO_COLOR\` or \`--no-color\`.

Variables: the AWS SDK's own, such as \`AWS_PROFILE\` and \`AWS_ENDPOINT_URL\`; \`TERRAFORM_BINARY_NAME\`, a Terraform or OpenTofu
(\`tofu\`) other than \`terraform\`; \`SAFE_STORAGE_HOME\`, where it keeps downloads (default: \`safe-storage\` in the user's cache);
\`SAFE_STORAGE_PYTHON\`, a Python that has the packages of \`build-layer\` and the local cloud already.

Shells complete its words: \`source <(npx safe-storage complete bash)\`, or \`zsh\`; \`npx safe-storage complete fish | source\`.

This page is made of what \`--help\` shows, by \`scripts/api-reference\`.
`;

const [title, blank, description, ...rest] = sectionOf(buildProgram());
console.log([title, blank, description, INTRODUCTION, ...rest].join("\n"));
