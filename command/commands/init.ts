import { Command } from "commander";
import { collected, example } from "../options";

export const init = (): Command =>
  new Command("init")
    .summary("write a new app: settings, main.ts, cdktf.json, package.json")
    .description(
      "Writes a new app: `main.ts`, `cdktf.json`, `package.json`, `tsconfig.json`, and `settings.json` or the example's own settings in `cdktf.json`. It asks for what it must know; without a terminal, or with `--yes`, it takes the options and the example's own values. A file that is there already is left as it is, but for `package.json`, to which what it lacks is added.",
    )
    .argument("[folder]", "where to", ".")
    .option(
      "--example <name>",
      "which app; file-storage, the whole chain with settings in a file, unless named",
    )
    .option("--region <region>", "home region, in which its subnets are")
    .option("--set <setting=value>", "a setting of the example; again for more", collected)
    .option("--list", "list the examples, and write nothing")
    .option("--yes", "ask nothing")
    .addHelpText(
      ...example(
        "safe-storage init storage --region eu-west-1",
        "safe-storage init keys --example key-store-only",
        "safe-storage init --list",
      ),
    )
    .action(async (folder, given) => (await import("../init/init.js")).init(folder, given));
