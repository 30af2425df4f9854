import { Command } from "commander";
import { example, json, ofApp, ofAppOrState } from "../options";

const audit = (): Command =>
  json(
    ofAppOrState(
      new Command("audit")
        .summary("show each user with its HSMs, and what is off")
        .description("Shows each user with its HSMs, and what is off. Exit status 1 where something is."),
    ),
  )
    .addHelpText(...example("safe-storage users audit"))
    .action(async (given) => (await import("../users/users.js")).audit(given));

const repair = (): Command =>
  ofApp(
    new Command("repair")
      .summary("show what a repair would do, and do it once you say so")
      .description(
        "Shows what a repair would do, and does it once you say so, or with `--yes`; without a terminal it only shows. Users whose password is in a secret of the deployment are repaired in their place. For others an HSM that lacks them is deleted and made again as a clone of one that has them all, one at a time, while another one serves. Run it again after any interruption: it continues.",
      ),
  )
    .option("--yes", "do it without asking")
    .option(
      "--hsm <address>",
      "replace this HSM whatever it has: where a user should be nowhere, it is the HSM that has it",
    )
    .addHelpText(...example("safe-storage users repair --yes"))
    .action(async (given) => (await import("../users/users.js")).repair(given));

export const users = (): Command =>
  new Command("users")
    .summary("audit and repair the users of the HSMs")
    .description(
      "The users of a deployment's HSMs, by its operator. The deployment has a `UserAudit` (setting `monitoring`).",
    )
    .addCommand(audit())
    .addCommand(repair());
