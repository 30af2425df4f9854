import { Command, InvalidArgumentError } from "commander";
import { example, json, ofApp } from "../options";

const cloud = () => import("../local-cloud/background.js");

function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
    throw new InvalidArgumentError("It must be a port number.");
  return Number(text);
}

const withPort = (command: Command): Command =>
  command.option("--port <port>", "where it listens", port, 4566);

export const localCloud = (): Command =>
  new Command("local-cloud")
    .summary("start and stop the local cloud, which stands in for AWS")
    .description(
      "The local cloud, which stands in for AWS: the same stack deploys into it, unchanged. It is the package `safe-storage-local-cloud`, and needs Python 3.10 or newer.",
    )
    .addCommand(
      withPort(
        new Command("start").description("Starts it in the background, and prints what a shell needs."),
      )
        .option("--speed <factor>", "AWS's working times are divided by it", Number, 600)
        .option("--pessimistic", "AWS takes as long as anybody has reported, not as long as it usually does")
        .option(
          "--state <folder>",
          "keep its state there, and take up what is there; nothing is kept otherwise",
        )
        .addHelpText(...example('eval "$(safe-storage local-cloud start)"'))
        .action(async (given) => (await cloud()).start(given)),
    )
    .addCommand(
      withPort(new Command("stop").description("Ends it."))
        .addHelpText(...example("safe-storage local-cloud stop"))
        .action(async (given) => (await cloud()).stop(given)),
    )
    .addCommand(
      json(
        withPort(new Command("status").description("Says whether it runs; exit status 1 where it does not.")),
      )
        .addHelpText(...example("safe-storage local-cloud status"))
        .action(async (given) => (await cloud()).status(given)),
    )
    .addCommand(
      withPort(
        ofApp(
          new Command("settings").description(
            "Lets an app deploy into it: its settings.json gets the roots of its HSMs' hardware and the layer with its stand-in for cloudhsm-cli. For an app without that file they are printed, as the props `identityCheck` of the cluster and `layerZip` of the operator.",
          ),
        ),
      )
        .addHelpText(...example("safe-storage local-cloud settings --folder storage"))
        .action(async (given) => (await import("../local-cloud/settings.js")).setForLocalCloud(given)),
    );
