import type { Claim } from "../claim";

export default {
  text: "Prices in `docs/guides/cost-and-duration.md` and `command/review/prices.ts`",
  source: "AWS's price lists as remembered in 2026",
  byHand: "aws.amazon.com/cloudhsm/pricing, aws.amazon.com/fsx/netapp-ontap/pricing",
  notInReach: "AWS's price list answers without an account: `scripts/update-prices`.",
} satisfies Claim;
