// Cost of HSMs in a month, with a schedule and without it.

import { HOURS_A_MONTH } from "./hsm-prices";
import { HsmWindowsProps, shareAway } from "./hsm-windows";

/** What HSMs cost in an average month of 730 hours, in US dollars before tax; holidays, which save more, are not counted. */
export interface MonthlyCost {
  /** Hours for which HSMs are paid without a schedule, all HSMs together. */
  readonly hsmHoursWithout: number;
  /** The same with the schedule. */
  readonly hsmHours: number;
  /**
   * Without a schedule.
   * @default not known: there is no confirmed price for the region and type
   */
  readonly usdWithout?: number;
  /**
   * With the schedule.
   * @default not known: there is no confirmed price for the region and type
   */
  readonly usd?: number;
}

/** What HSMs cost with the schedule and without it; `price` in US dollars for an HSM and hour. */
export function hsmCost(props: HsmWindowsProps, count: number, keep: number, price?: number): MonthlyCost {
  const hsmHoursWithout = count * HOURS_A_MONTH;
  const hsmHours = hsmHoursWithout - (count - keep) * shareAway(props) * HOURS_A_MONTH;
  return {
    hsmHoursWithout: Math.round(hsmHoursWithout),
    hsmHours: Math.round(hsmHours),
    ...(price !== undefined && {
      usdWithout: Math.round(hsmHoursWithout * price),
      usd: Math.round(hsmHours * price),
    }),
  };
}
