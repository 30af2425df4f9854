// When the schedules of a synthesized stack remove HSMs, and what that saves.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "../app/app";
import { Failure } from "../failure";
import type { HsmType } from "../../constructs/cluster";
import { hsmCost } from "../../constructs/schedule/hsm-cost";
import { HSM_PRICES } from "../../constructs/schedule/hsm-prices";
import { nextFirings, shown } from "../../constructs/schedule/hsm-windows";
import { Nights, nightsIn } from "./nights";

interface Given {
  folder?: string;
  stack?: string;
  json?: boolean;
  price?: number;
}

function nightsOf(given: Given): Nights {
  const app = new App(given.folder);
  app.synth();
  const { folder, name } = app.stack(given.stack);
  const nights = nightsIn(JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")));
  if (!nights) throw new Failure(`${name} has no schedule that removes HSMs`, 2);
  return nights;
}

export function next(given: Given, count: number): void {
  const { windows, timeZone, holidays } = nightsOf(given);
  const found = Object.entries(windows).flatMap(([window, { removeAt, restoreAt }]) =>
    (
      [
        ["removes", removeAt],
        ["restores", restoreAt],
      ] as const
    ).map(([what, expression]) => ({
      window,
      what,
      expression,
      timeZone,
      firings: nextFirings(expression, timeZone, Date.now(), count).map((at) => ({
        at: new Date(at).toISOString(),
        holiday: what === "restores" && holidays.some(({ from, until }) => from <= at && at < until),
      })),
    })),
  );
  if (given.json) return console.log(JSON.stringify(found, null, 2));
  for (const { window, what, expression, firings } of found) {
    console.log(`${window} ${what} HSMs: ${expression}, ${timeZone}`);
    if (expression.startsWith("rate(")) console.log("  counted from the deploy; from now on it would be");
    for (const { at, holiday } of firings)
      console.log(
        `  ${shown(Date.parse(at), timeZone)}  (${at.slice(0, 16)}Z)${holiday ? "  a holiday: they stay away" : ""}`,
      );
  }
}

export function savings(given: Given): void {
  const { windows, timeZone, count, keep, hsmType, region } = nightsOf(given);
  const price = given.price ?? HSM_PRICES.usdAnHour[region]?.[hsmType as HsmType];
  const cost = hsmCost({ windows, timeZone }, count, keep, price);
  if (given.json)
    return console.log(JSON.stringify({ ...cost, count, keep, hsmType, region, price }, null, 2));
  const { hsmHoursWithout, hsmHours, usdWithout, usd } = cost;
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
      `The price of ${hsmType} in ${region} is not known: give it by --price (https://aws.amazon.com/cloudhsm/pricing).`,
    );
  else if (given.price === undefined)
    console.log(`At ${price} USD for an HSM and hour, as of ${HSM_PRICES.asOf}: ${HSM_PRICES.source}.`);
}
