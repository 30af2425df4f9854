// Prints what the schedule of a folder's settings does and saves.

import { join } from "node:path";
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { RootConstruct } from "constructs";
import { HSM_PRICES, HsmType, PreviousSettings, SafeStorageProps } from "../../constructs";
import { hsmCost } from "../../constructs/schedule/hsm-cost";
import { checkWindows, holidayTimes, nextFirings, shown } from "../../constructs/schedule/hsm-windows";
import { regionOf } from "../../constructs/private/regions";
import { currentSettings } from "../../constructs/safe-storage/previous-settings";

const USAGE = "scripts/schedule [--folder FOLDER] --next [N] | --savings [--price USD]";

/** With a word for a person, and nothing of Node's. */
function end(message: string): never {
  console.error(`schedule: ${message}`);
  process.exit(2);
}

function main(): void {
  const [folder, ...args] = process.argv.slice(2);
  const given: SafeStorageProps & PreviousSettings = JSON.parse(
    readFileSync(join(folder, "settings.json"), "utf8"),
  );
  const settings = currentSettings(new RootConstruct("settings"), given);
  const { values, positionals } = options(args);
  if (!settings.schedule) end(`${join(folder, "settings.json")} has no schedule`);
  try {
    checkWindows(new RootConstruct("schedule"), settings.schedule);
  } catch (error) {
    end((error as Error).message.replace("schedule: ", ""));
  }
  if (values.next) return printFirings(settings, Number(positionals[0] ?? 5));
  if (values.savings) return printSavings(settings, values.price);
  end(`usage: ${USAGE}`);
}

function options(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { next: { type: "boolean" }, savings: { type: "boolean" }, price: { type: "string" } },
    });
  } catch (error) {
    return end(`${(error as Error).message}\nusage: ${USAGE}`);
  }
}

function printFirings({ schedule }: SafeStorageProps, count: number): void {
  if (!Number.isInteger(count) || count < 1) end(`usage: ${USAGE}`);
  const { windows, timeZone = "UTC" } = schedule!;
  const holidays = holidayTimes(schedule!);
  for (const [name, { removeAt, restoreAt }] of Object.entries(windows))
    for (const [what, expression] of [
      ["removes", removeAt],
      ["restores", restoreAt],
    ]) {
      console.log(`${name} ${what} HSMs: ${expression}, ${timeZone}`);
      if (expression.startsWith("rate(")) console.log("  counted from the deploy; from now on it would be");
      for (const at of nextFirings(expression, timeZone, Date.now(), count)) {
        const away = what === "restores" && holidays.some(({ from, until }) => from <= at && at < until);
        console.log(
          `  ${shown(at, timeZone)}  (${new Date(at).toISOString().slice(0, 16)}Z)${away ? "  a holiday: they stay away" : ""}`,
        );
      }
    }
}

function printSavings(settings: SafeStorageProps, given?: string): void {
  const { subnets } = settings.network;
  const region = regionOf(subnets[0].availabilityZone)!;
  const hsmType: HsmType = settings.cluster?.hsmType ?? "hsm2m.medium";
  const counts = settings.cluster?.hsms ? Object.values(settings.cluster.hsms) : subnets.map(() => 1);
  const count = counts.reduce((sum, n) => sum + n, 0);
  const price = given === undefined ? HSM_PRICES.usdAnHour[region]?.[hsmType] : Number(given);
  if (given !== undefined && !(price! > 0))
    end(`--price is ${given}; it must be US dollars for an HSM and hour`);
  const keep = settings.schedule!.keep ?? 1;
  const { hsmHoursWithout, hsmHours, usdWithout, usd } = hsmCost(settings.schedule!, count, keep, price);
  const dollars = (amount?: number) =>
    amount === undefined ? "" : `  ${amount.toLocaleString("en-US")} USD`;
  console.log(
    `${count} HSMs of ${hsmType} in ${region}, of which ${keep} stay; an average month of 730 hours, holidays not counted, before tax`,
  );
  console.log(`  without the schedule  ${hsmHoursWithout} HSM hours${dollars(usdWithout)}`);
  console.log(`  with it               ${hsmHours} HSM hours${dollars(usd)}`);
  console.log(
    `  saved                 ${Math.round((1 - hsmHours / hsmHoursWithout) * 100)} %${dollars(usdWithout && usdWithout - usd!)}`,
  );
  if (price === undefined)
    console.log(
      `The price of ${hsmType} in ${region} is not known: give it by --price (https://aws.amazon.com/cloudhsm/pricing), or have scripts/update-prices read AWS's price list.`,
    );
  else if (given === undefined)
    console.log(`At ${price} USD for an HSM and hour, as of ${HSM_PRICES.asOf}: ${HSM_PRICES.source}.`);
}

main();
