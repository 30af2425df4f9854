import type { Claim } from "../claim";

export default {
  text: "A deploy by AWS provider 6 is the same as by 5.100.0",
  source:
    "deploys by 6.48, built of its sources, and by 5.100.0 on the local cloud; the schemas up to 6.66; docs/decisions/0020",
  byHand:
    "on a machine with internet Terraform takes the newest version: `scripts/local-deploy`, `scripts/test --only end-to-end`; on AWS `npx safe-storage deploy`, and a second one, which says «No changes.»",
  notInReach: "It takes another version of the provider, not of AWS.",
} satisfies Claim;
