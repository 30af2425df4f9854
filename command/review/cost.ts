// What a deployment costs a month, line by line.

import { hsmCost } from "../../constructs/schedule/hsm-cost";
import { HOURS_A_MONTH } from "../../constructs/schedule/hsm-prices";
import type { Nights } from "../schedule/nights";
import { Blueprint } from "./blueprint";
import { PRICES } from "./prices";

export interface CostLine {
  what: string;
  quantity: number;
  /** US dollars a month; undefined where the price is not known. */
  usd?: number;
}

export interface Cost {
  asOf: string;
  /** The region whose prices they are. */
  pricesOf: string;
  source: string;
  lines: CostLine[];
  /** US dollars a month, of the lines with a price. */
  usdAMonth: number;
  /** The same if the schedule's HSMs stayed. */
  usdAMonthWithoutSchedule: number;
  /** US dollars of three days, as of a trial that is destroyed after them. */
  usdThreeDays: number;
}

/** Days of the trial. */
const TRIAL_HOURS = 72;

export function costOf(blueprint: Blueprint, hsmCount: number, nights?: Nights): Cost {
  const lines: CostLine[] = [];
  const add = (what: string, quantity: number, price: string, times = 1): void => {
    if (quantity === 0) return;
    const usd = PRICES.usd[price];
    lines.push({ what, quantity, ...(usd !== undefined && { usd: round(quantity * times * usd) }) });
  };
  const hsmType = blueprint.of("aws_cloudhsm_v2_cluster")[0]?.block.hsm_type ?? "hsm2m.medium";
  add(`HSMs ${hsmType}`, hsmCount, `${hsmType}, an hour`, HOURS_A_MONTH);
  for (const { block, path } of blueprint.of("aws_fsx_ontap_file_system")) {
    const kind = String(block.deployment_type);
    const zones = kind.startsWith("MULTI") ? "Multi-AZ" : "Single-AZ";
    const pairs = block.ha_pairs ?? 1;
    const throughput = block.throughput_capacity ?? (block.throughput_capacity_per_ha_pair ?? 0) * pairs;
    add(`SSD of ${path}, ${kind}, GiB`, block.storage_capacity, `${zones} SSD, a GiB and month`);
    add(`throughput of ${path}, MBps`, throughput, `${kind} throughput, a MBps and month`);
  }
  const zones = blueprint
    .of("aws_vpc_endpoint")
    .filter(({ block }) => block.vpc_endpoint_type === "Interface")
    .reduce((sum, { block }) => sum + [block.subnet_ids ?? []].flat().length, 0);
  add("interface endpoints, one in each zone", zones, "interface endpoint, a zone and hour", HOURS_A_MONTH);
  add("KMS keys", blueprint.of("aws_kms_key").length, "KMS key, a month");
  add("secrets", blueprint.of("aws_secretsmanager_secret").length, "secret, a month");
  add("alarms", blueprint.of("aws_cloudwatch_metric_alarm").length, "alarm, a month");
  add("dashboards", blueprint.of("aws_cloudwatch_dashboard").length, "dashboard, a month");

  const whole = lines.reduce((sum, { usd = 0 }) => sum + usd, 0);
  const saved = nights ? savedBy(nights, hsmType) : 0;
  if (saved > 0) lines.push({ what: "removed by the schedule", quantity: 1, usd: -saved });
  return {
    asOf: PRICES.asOf,
    pricesOf: PRICES.region,
    source: PRICES.source,
    lines,
    usdAMonth: round(whole - saved),
    usdAMonthWithoutSchedule: round(whole),
    usdThreeDays: round((whole / HOURS_A_MONTH) * TRIAL_HOURS),
  };
}

const round = (usd: number): number => Math.round(usd * 100) / 100;

function savedBy({ windows, timeZone, count, keep }: Nights, hsmType: string): number {
  const { hsmHours, hsmHoursWithout } = hsmCost({ windows, timeZone }, count, keep);
  return round((hsmHoursWithout - hsmHours) * (PRICES.usd[`${hsmType}, an hour`] ?? 0));
}
