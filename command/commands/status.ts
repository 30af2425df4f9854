import { Command } from "commander";
import { example, json, ofStacksOrState, wholeNumber } from "../options";

export const status = (): Command =>
  json(
    ofStacksOrState(
      new Command("status")
        .summary("show the state of a deployment, and the steps of a deploy in progress")
        .description(
          "Shows the state of a deployment on one screen, from Terraform's state and AWS's APIs; it changes nothing. Exit status: 0 healthy, 1 something is wrong, 2 it could not look.",
        ),
    ),
  )
    .option("--watch [seconds]", "look again every 5 seconds, or as many as given", (text) =>
      wholeNumber(text),
    )
    .addHelpText(
      ...example(
        "safe-storage status",
        "safe-storage status --watch 10",
        "safe-storage status --state s3://our-states/safe-storage.tfstate --json",
      ),
    )
    .action(async (given) => (await import("../status/watch.js")).watch(given));
