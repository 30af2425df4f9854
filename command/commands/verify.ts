import { Command, InvalidArgumentError } from "commander";
import { example } from "../options";

function dollars(text: string): number {
  const given = Number(text);
  if (text.trim() === "" || !(given >= 0))
    throw new InvalidArgumentError("It must be a number of US dollars.");
  return given;
}

export const verify = (): Command =>
  new Command("verify")
    .summary("check in your account what nobody could verify without one")
    .description(
      "Checks the claims of docs/unverified.md in the account of your credentials: says what it will make, for how long and for how much, asks, deploys a small stack of its own, checks, destroys it, makes sure that nothing is left that costs, and writes a report without account ids and secrets. Run it again after an interruption: it goes on. Exit status 1 where AWS refutes a claim.",
    )
    .option("--region <region>", "where it deploys", process.env.AWS_REGION)
    .option("--only <claim...>", "only these claims, by their ids in docs/unverified.md")
    .option(
      "--budget <usd>",
      "US dollars by list prices; a stage that would exceed them is not begun",
      dollars,
      50,
    )
    .option("--keep", "do not destroy what it has made")
    .option("--clean-up", "check nothing more, and remove what an earlier run has made")
    .option("--folder <folder>", "where it works, and leaves its report", ".safe-storage/verify")
    .option("--layer <zip>", "the layer, instead of one that it builds")
    .option("--aws-root <file>", "PEM of AWS's root of HSM hardware, by which the deploy proves the HSMs")
    .option("--manufacturer-root <file>", "PEM of the manufacturer's root")
    .option("--yes", "do not ask")
    .addHelpText(
      ...example(
        "safe-storage verify --region eu-central-1 --budget 10",
        "safe-storage verify --only zones-without-cloudhsm",
        "safe-storage verify --clean-up",
      ),
    )
    .action(async (given) => (await import("../verify/verify.js")).verify(given));
