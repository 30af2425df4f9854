import type { Claim } from "../claim";

export default {
  text: "What an HSM costs in us-east-1 (`constructs/schedule/hsm-price-table.ts`); the price in other regions is not known, and dollars appear only where one gives it",
  source:
    "an example of the AWS KMS pricing page, and AWS's price list, which the public project catchmeif404/aws-cost-calculator read on 2026-09-03",
  byHand:
    "`scripts/update-prices`, on a machine with internet: it needs no account, and writes the table of all regions from AWS's price list. Its form is that of «Reading the service price list file», and was tried on a made-up list only",
  notInReach: "It takes no account: `scripts/update-prices` reads AWS's price list.",
} satisfies Claim;
