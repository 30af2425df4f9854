// scripts/update-prices reads the prices of all regions. It needs the internet, and could not be run when this was written.

export const AS_OF = "2026-09-30";
export const SOURCE = "the example of two HSMs in US East (N. Virginia) on the AWS KMS pricing page";
export const USD_AN_HOUR = { "us-east-1": { "hsm2m.medium": 1.6 } };
