// Prices of other regions are not confirmed: scripts/update-prices reads AWS's price list, on a machine with internet.

export const AS_OF = "2026-09-03";
export const SOURCE =
  "«Pricing examples», AWS KMS pricing (aws.amazon.com/kms/pricing), and AWS's price list of CloudHSM as others have read it (github.com/catchmeif404/aws-cost-calculator)";
export const USD_AN_HOUR = {
  "us-east-1": { "hsm2m.medium": 1.6 },
};
