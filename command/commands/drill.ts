import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { asset } from "../assets";
import { example, wholeNumber } from "../options";

function hours(text: string): number {
  const given = wholeNumber(text);
  if (given < 25 || given > 720) throw new InvalidArgumentError("It must be from 25 to 720.");
  return given;
}

export const drill = (): Command =>
  new Command("drill")
    .summary("lose a region in a local cloud, and bring its keys back in another one")
    .description(
      "A drill of the loss of a region, in a local cloud: makes data, lets its backup be copied, loses the region, restores in the other one, proves that a key from before decrypts after, and tells recovery point and recovery time on AWS against the objectives. Exit status 1 where something did not come back, or later or older than asked for. It needs the package `safe-storage-local-cloud`.",
    )
    .option("--recovery-point-hours <hours>", "how old what comes back may be", hours, 30)
    .option("--recovery-time-minutes <minutes>", "how long the way back may take on AWS", wholeNumber, 60)
    .option("--folder <folder>", "where it works, and leaves its report", ".safe-storage/drill")
    .option("--aws", "print the drill as a plan for AWS instead, and touch nothing")
    .addHelpText(...example("safe-storage drill", "safe-storage drill --aws --recovery-point-hours 26"))
    .action(async ({ recoveryPointHours, recoveryTimeMinutes, folder, aws }) => {
      if (!aws)
        return (await import("../drill/drill.js")).drill(folder, { recoveryPointHours, recoveryTimeMinutes });
      const plan = readFileSync(asset("drill-on-aws.md"), "utf8");
      process.stdout.write(
        plan.replaceAll("POINT", String(recoveryPointHours)).replaceAll("TIME", String(recoveryTimeMinutes)),
      );
    });
