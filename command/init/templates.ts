// The apps that a user can begin with: the project's own, and its examples.

import { readdirSync, readFileSync } from "node:fs";
import { asset } from "../assets";

/** The app of the project's own front page, whose settings are a file. */
export const FILE_STORAGE = "file-storage";

/** An app's files, before the user's values are in them. */
export interface Template {
  main: string;
  cdktf: Record<string, any>;
  /** `settings.json`, of an app that has it. */
  settings?: Record<string, any>;
  /** What else it has, by name. */
  others: Record<string, string>;
}

/** What init writes for each by itself, and what only this repository needs. */
const NOT_OTHERS = ["main.ts", "cdktf.json", "README.md"];

/** Name and title of each. */
export const templates = (): [name: string, title: string][] => [
  [FILE_STORAGE, "File storage whose keys live in HSMs of your own, with its settings in a file"],
  ...readdirSync(asset("examples"))
    .sort()
    .map((name): [string, string] => {
      const [, title] = /^# (.*)$/m.exec(readFileSync(asset("examples", name, "README.md"), "utf8"))!;
      return [name, title];
    }),
];

export function template(name: string): Template {
  const read = (...path: string[]): string => readFileSync(asset(...path), "utf8");
  if (name !== FILE_STORAGE)
    return {
      main: read("examples", name, "main.ts"),
      cdktf: JSON.parse(read("examples", name, "cdktf.json")),
      others: Object.fromEntries(
        readdirSync(asset("examples", name), { withFileTypes: true })
          .filter((one) => one.isFile() && !NOT_OTHERS.includes(one.name))
          .map((one) => [one.name, read("examples", name, one.name)]),
      ),
    };
  return {
    // There the constructs are a folder beside it.
    main: read("app/main.ts").replace('"./constructs"', '"safe-storage"'),
    cdktf: JSON.parse(read("app/cdktf.json")),
    settings: {
      ...JSON.parse(read("app/settings.json")),
      $schema: "./node_modules/safe-storage/lib/settings.schema.json",
    },
    others: {},
  };
}

/** An app's settings, wherever they are. */
export const settingsOf = ({ settings, cdktf }: Template): Record<string, any> =>
  settings ?? cdktf.context?.settings ?? {};
