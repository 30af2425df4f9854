import type { Claim } from "../claim";

export default {
  text: "CloudWatch Logs Insights takes `like` with a regular expression in a dashboard's query",
  source: "«like», CloudWatch Logs User Guide",
  byHand: "look at the dashboard",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
