import { Command, Option } from "commander";
import { example } from "../options";

export const buildLayer = (): Command =>
  new Command("build-layer")
    .summary("pack the operator's layer: cloudhsm-cli, jq and script")
    .description(
      "Packs the operator's layer: cloudhsm-cli, jq and script, each checked against its pinned digest and, where its publisher signs, its signature. The result is the same for the same packages. It needs curl and Python 3.10 or newer.",
    )
    .addOption(
      new Option("--architecture <name>", "that of the function")
        .choices(["x86_64", "arm64"])
        .default("x86_64"),
    )
    .option("--packages <file>", "what is packed, instead of the pinned packages that come along")
    .option(
      "--mirror <place>",
      "a folder or s3://BUCKET/PREFIX that keeps what was downloaded, and is asked first: AWS takes old versions of cloudhsm-cli down",
    )
    .option("--stand-in", "the layer for the local cloud, whose cloudhsm-cli reaches its HSMs")
    .option("--out <file>", "the zip; dist/cloudhsm-cli-layer-ARCHITECTURE.zip unless named")
    .addHelpText(
      ...example(
        "safe-storage build-layer",
        "safe-storage build-layer --architecture arm64 --mirror s3://our-mirror/safe-storage",
        "safe-storage build-layer --stand-in --out dist/stand-in-layer.zip",
      ),
    )
    .action(async (given) => (await import("../layer/build-layer.js")).buildLayer(given));
