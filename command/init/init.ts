// Writes a new app for one of the templates.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { Failure, say } from "../failure";
import { FILE_STORAGE, settingsOf, Template, template, templates } from "./templates";

interface Given {
  example?: string;
  region?: string;
  set?: string[];
  list?: boolean;
  yes?: boolean;
}

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
/** What the app itself needs, and what its user runs. */
const DEPENDENCIES = {
  "@cdktf/provider-aws": "^20.1.0", // of AWS provider 5.100; Terraform takes any that acceptProviderVersions names
  "@cdktf/provider-null": "^11.0.0",
  "@cdktf/provider-tls": "^11.0.0",
  cdktf: "^0.21.0",
  constructs: "^10.4.2",
  "safe-storage": "^0.1.0",
};
const DEV_DEPENDENCIES = {
  "@types/node": "^20.19.0",
  "cdktf-cli": "^0.21.0",
  "safe-storage-cli": "^0.1.0",
  tsx: "^4.23.0",
  typescript: "^5.9.0",
};
const TSCONFIG = {
  compilerOptions: {
    target: "ES2022",
    module: "Node16",
    moduleResolution: "Node16",
    strict: true,
    skipLibCheck: true,
    noEmit: true,
  },
};
const IGNORED = ["node_modules/", "cdktf.out/", "dist/", "terraform.*.tfstate*", ".terraform/"];

export async function init(folderGiven: string, given: Given): Promise<void> {
  const known = templates();
  if (given.list) {
    for (const [name, title] of known) console.log(`${name.padEnd(20)}${title}`);
    return;
  }
  const asks = !given.yes && process.stdin.isTTY === true;
  const name = given.example ?? (asks ? await askExample(known) : FILE_STORAGE);
  if (!known.some(([one]) => one === name))
    throw new Failure(`--example is ${name}; there are: ${known.map(([one]) => one).join(", ")}`, 2);
  const app = template(name);
  const region = given.region ?? (asks ? await ask("Region", homeRegion(app)!) : undefined);
  if (region !== undefined) moveTo(app, region);
  for (const setting of given.set ?? []) setSetting(app, setting);
  if (asks) await askSettings(app, given.set ?? []);
  write(resolve(folderGiven), app);
  say(
    `The app ${name} is in ${resolve(folderGiven)}. Next:\n  npm install\n  npx safe-storage build-layer\n  npx cdktf synth, or npx safe-storage deploy`,
  );
}

async function askExample(known: [string, string][]): Promise<string> {
  const { select } = await import("@inquirer/prompts");
  return select({
    message: "Which app?",
    choices: known.map(([value, title]) => ({ value, name: `${value}: ${title}` })),
  });
}

async function ask(message: string, value: string): Promise<string> {
  const { input } = await import("@inquirer/prompts");
  return input({ message, default: value });
}

/** The region of the first availability zone that the settings name. */
const homeRegion = (app: Template): string | undefined =>
  /"([a-z]{2}(?:-[a-z]+)+-\d)[a-z]"/.exec(JSON.stringify(settingsOf(app)))?.[1];

/** Replaces the home region, and its availability zones. */
function moveTo(app: Template, region: string): void {
  if (!REGION.test(region))
    throw new Failure(`--region is ${region}; it must be a region, such as eu-central-1`, 2);
  const before = homeRegion(app);
  if (before === undefined) return;
  const moved = JSON.stringify(settingsOf(app)).replaceAll(
    new RegExp(`"${before}([a-z]?)"`, "g"),
    `"${region}$1"`,
  );
  Object.assign(settingsOf(app), JSON.parse(moved));
}

type Asked = string | number | boolean | string[];

/** Settings that are one value, or a list of texts. */
const askedSettings = (app: Template): [string, Asked][] =>
  Object.entries(settingsOf(app)).filter(
    ([name, value]) =>
      !name.startsWith("$") &&
      (["string", "number", "boolean"].includes(typeof value) ||
        (Array.isArray(value) && value.every((one) => typeof one === "string"))),
  );

/** A text as a value of the same kind. */
const valued = (text: string, before: Asked): Asked =>
  Array.isArray(before)
    ? text.split(",").map((one) => one.trim())
    : typeof before === "string"
      ? text
      : JSON.parse(text);

function setSetting(app: Template, setting: string): void {
  const [, name, text] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
  const known = askedSettings(app);
  const found = known.find(([one]) => one === name);
  if (!found)
    throw new Failure(
      `--set ${setting}: the example has the settings ${known.map(([one]) => one).join(", ")}`,
      2,
    );
  try {
    settingsOf(app)[name] = valued(text, found[1]);
  } catch {
    throw new Failure(`--set ${setting}: it must be a ${typeof found[1]}`, 2);
  }
}

async function askSettings(app: Template, set: string[]): Promise<void> {
  for (const [name, before] of askedSettings(app))
    if (!set.some((one) => one.startsWith(`${name}=`)))
      settingsOf(app)[name] = valued(await ask(name, String(before)), before);
}

const text = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

function write(folder: string, { main, cdktf, settings, others }: Template): void {
  mkdirSync(folder, { recursive: true });
  const manifest = join(folder, "package.json");
  const before = existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")) : undefined;
  writeFileSync(
    manifest,
    text(completed(before ?? { name: basename(folder), version: "0.0.0", private: true })),
  );
  const files: Record<string, string> = {
    "main.ts": main,
    "cdktf.json": text({ ...cdktf, app: "npx --no-install tsx main.ts" }),
    ...(settings && { "settings.json": text(settings) }),
    ...others,
    "tsconfig.json": text(TSCONFIG),
    ".gitignore": `${IGNORED.join("\n")}\n`,
  };
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    if (existsSync(file)) say(`${file} is there already and stays as it is`);
    else writeFileSync(file, content);
  }
}

/** What a package.json lacks. */
function completed(manifest: Record<string, any>): object {
  const { dependencies = {}, devDependencies = {} } = manifest;
  const has = { ...dependencies, ...devDependencies };
  const lacking = (wanted: object) =>
    Object.fromEntries(Object.entries(wanted).filter(([name]) => !(name in has)));
  return {
    ...manifest,
    dependencies: { ...lacking(DEPENDENCIES), ...dependencies },
    devDependencies: { ...lacking(DEV_DEPENDENCIES), ...devDependencies },
  };
}
