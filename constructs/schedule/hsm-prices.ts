// Prices of HSMs.

import { HsmType } from "../cluster";
import { AS_OF, SOURCE, USD_AN_HOUR } from "./hsm-price-table";

/** What an HSM costs, and where that is from. */
export interface HsmPrices {
  /** The day as of which the prices are. */
  readonly asOf: string;
  /** Where they are from. */
  readonly source: string;
  /** US dollars for an HSM and hour before tax, by region and type. Backups cost nothing. */
  readonly usdAnHour: Record<string, Partial<Record<HsmType, number>>>;
}

/** The prices that are confirmed, of `hsm-price-table.ts`; of all other regions the price is not known. */
export const HSM_PRICES: HsmPrices = { asOf: AS_OF, source: SOURCE, usdAnHour: USD_AN_HOUR };

/** Hours of an average month, as AWS's own calculator counts them. */
export const HOURS_A_MONTH = 730;
