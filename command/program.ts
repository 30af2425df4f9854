// The command line, as commander takes it.

import { Command } from "commander"; // the command-line library that most of npm is built on
import { version } from "./package.json";
import { backups } from "./commands/backups";
import { buildLayer } from "./commands/build-layer";
import { deploy, destroy } from "./commands/deploy";
import { drill } from "./commands/drill";
import { hsms } from "./commands/hsms";
import { init } from "./commands/init";
import { localCloud } from "./commands/local-cloud";
import { recover } from "./commands/recover";
import { review } from "./commands/review";
import { schedule } from "./commands/schedule";
import { sign } from "./commands/sign";
import { status } from "./commands/status";
import { users } from "./commands/users";
import { verify } from "./commands/verify";

/** Wrong use. */
export const USAGE = 2;

export function buildProgram(): Command {
  const program = new Command("safe-storage")
    .description(
      "Encrypted storage whose keys live in your own HSMs: deploys, watches, mends and destroys it.",
    )
    .version(version)
    .option("--no-color", "no colours, as with the variable NO_COLOR")
    .hook("preAction", () => {
      if (program.opts().color === false) process.env.NO_COLOR = "1";
    })
    .addHelpText(
      "after",
      "\nExit status: 0 done, 1 it failed or something is wrong, 2 it was called in a wrong way or could not begin.",
    );
  for (const command of [
    init,
    buildLayer,
    review,
    deploy,
    destroy,
    status,
    users,
    backups,
    schedule,
    hsms,
    recover,
    drill,
    verify,
    sign,
    localCloud,
  ])
    program.addCommand(command());
  settle(program);
  return program;
}

/** Of every command: no error ends the process in commander's own way. */
function settle(command: Command): void {
  command.exitOverride().showHelpAfterError(`(${pathOf(command)} --help shows what there is)`);
  command.commands.forEach((one) => settle(one as Command));
}

export const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
