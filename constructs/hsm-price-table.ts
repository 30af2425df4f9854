// scripts/update-prices reads the prices of all regions. It needs the internet, and could not be run when this was written.

export const AS_OF = "2026-09-03";
export const SOURCE =
  "AWS's price list of CloudHSM as others have read it (backend/src/main/resources/pricing of github.com/catchmeif404/aws-cost-calculator)";
export const USD_AN_HOUR = {
  "ap-northeast-1": { "hsm2m.medium": 1.81 },
  "ap-northeast-2": { "hsm2m.medium": 1.54 },
  "eu-central-1": { "hsm2m.medium": 1.92 },
  "us-east-1": { "hsm2m.medium": 1.6 },
  "us-west-2": { "hsm2m.medium": 1.45 },
};
