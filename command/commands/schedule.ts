import { Command, InvalidArgumentError } from "commander";
import { example, json, ofApp, wholeNumber } from "../options";

const price = (text: string): number => {
  if (!(Number(text) > 0)) throw new InvalidArgumentError("It must be US dollars for an HSM and hour.");
  return Number(text);
};

export const schedule = (): Command =>
  new Command("schedule")
    .summary("show when a schedule removes HSMs, and what that saves")
    .description("What the schedules of an app do and save, without asking AWS.")
    .addCommand(
      json(ofApp(new Command("next").description("Shows the next firings of each window.")))
        .argument("[count]", "how many", wholeNumber, 5)
        .addHelpText(...example("safe-storage schedule next 10"))
        .action(async (count, given) => (await import("../schedule/schedule.js")).next(given, count)),
    )
    .addCommand(
      json(
        ofApp(
          new Command("savings").description("Shows what HSMs cost a month with and without the schedule."),
        ),
      )
        .option(
          "--price <usd>",
          "US dollars for an HSM and hour, before tax; AWS's list price unless given",
          price,
        )
        .addHelpText(...example("safe-storage schedule savings --price 1.60"))
        .action(async (given) => (await import("../schedule/schedule.js")).savings(given)),
    );
