// Options that several commands share.

import { Command, InvalidArgumentError, Option } from "commander";

/** Of an option that is given again for more. */
export const collected = (value: string, before: string[] = []): string[] => [...before, value];

const ofFolder = (command: Command): Command =>
  command.option("--folder <folder>", "folder of the app, which has a cdktf.json", ".");

/** The app's folder and stack. */
export const ofApp = (command: Command): Command =>
  ofFolder(command).option(
    "--stack <name>",
    "its stack, where it has several with constructs of Safe Storage",
  );

/** The app's folder and stacks. */
export const ofStacks = (command: Command): Command =>
  ofFolder(command).option(
    "--stack <name>",
    "only this stack of those with constructs of Safe Storage; again for more",
    collected,
  );

const STATE = [
  "--state <url>",
  "Terraform's state in S3 instead of an app, such as s3://BUCKET/KEY",
] as const;

/** The same, or a state in S3 without the app: for commands that change nothing. */
export const ofAppOrState = (command: Command): Command => ofApp(command).option(...STATE);
export const ofStacksOrState = (command: Command): Command => ofStacks(command).option(...STATE);

export const json = (command: Command): Command => command.option("--json", "print JSON");

export function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It must be a whole number above 0.");
  return Number(text);
}

/** Of `terraform apply` and `terraform destroy`: those that act neither on another state, nor on another plan, nor the other way round. */
const SWITCHES: Record<string, string> = {
  "auto-approve": "do not ask before anything is changed",
  "compact-warnings": "show warnings in short",
  "refresh-only": "only take into the state what is there",
  "show-sensitive": "show sensitive values",
};
const VALUES: Record<string, string> = {
  "lock-timeout <duration>": "how long to wait for the lock of the state, such as 60s",
  "parallelism <number>": "how many resources are worked on at a time",
  "input <boolean>": "whether to ask for values",
  "lock <boolean>": "whether to lock the state",
  "refresh <boolean>": "whether to look at what is there",
};
const LISTS: Record<string, string> = {
  "target <address>": "only this resource and what it needs; again for more",
  "exclude <address>": "all but this resource (OpenTofu); again for more",
  "replace <address>": "replace this resource; again for more",
  "var <assignment>": "a variable, NAME=VALUE; again for more",
  "var-file <file>": "a file of variables; again for more",
};

export function withTerraformOptions(command: Command): Command {
  for (const [name, text] of Object.entries(SWITCHES)) command.option(`--${name}`, text);
  for (const [name, text] of Object.entries(VALUES)) command.option(`--${name}`, text);
  for (const [name, text] of Object.entries(LISTS)) command.option(`--${name}`, text, collected);
  return command;
}

const camel = (name: string): string => new Option(`--${name}`).attributeName();

/** The options that were given, in Terraform's own form. */
export function terraformOptions(given: Record<string, unknown>): string[] {
  const passed: string[] = [];
  for (const name of Object.keys(SWITCHES)) if (given[camel(name)]) passed.push(`-${name}`);
  for (const flag of [...Object.keys(VALUES), ...Object.keys(LISTS)]) {
    const [name] = flag.split(" ");
    for (const value of [given[camel(name)] ?? []].flat()) passed.push(`-${name}=${String(value)}`);
  }
  return passed;
}

/** What `--help` shows last, for `addHelpText`. */
export const example = (...lines: string[]): ["after", string] => [
  "after",
  [`\nExample${lines.length > 1 ? "s" : ""}:`, ...lines.map((line) => `  ${line}`)].join("\n"),
];
