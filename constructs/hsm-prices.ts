// What an HSM costs.

import { HsmType } from "./hsm-cluster";

/** What an HSM costs, and where that is from. */
export interface HsmPrices {
  /** The day as of which the prices are. */
  readonly asOf: string;
  /** Where they are from. */
  readonly source: string;
  /** US dollars for an HSM and hour before tax, by region and type. Backups cost nothing. */
  readonly usdAnHour: Record<string, Partial<Record<HsmType, number>>>;
}

/** The prices on record. docs/unverified.md says how another region's gets here. */
export const HSM_PRICES: HsmPrices = {
  asOf: "2026-09-30",
  source: "the example of two HSMs in US East (N. Virginia) on the AWS KMS pricing page",
  usdAnHour: { "us-east-1": { "hsm2m.medium": 1.6 } },
};

/** Hours of an average month, as AWS's own calculator counts them. */
export const HOURS_A_MONTH = 730;
