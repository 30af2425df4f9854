import { confirmedIf, refusalOf, type Claim } from "../claim";

export default {
  text: "CloudWatch Logs Insights takes `like` with a regular expression in a dashboard's query",
  source: "«like», CloudWatch Logs User Guide",
  byHand: "look at the dashboard",
  cost: "cents",
  check: async ({ logs, outputs }) => {
    const now = Math.floor(Date.now() / 1000);
    const name = outputs.operator_arn.split(":").at(-1)!;
    const refusal = await refusalOf(
      logs.startQuery({
        logGroupName: `/aws/lambda/${name}`,
        startTime: now - 3600,
        endTime: now,
        queryString: "fields @timestamp, message | filter level like /^(warning|error)$/ | limit 5",
      }),
    );
    return confirmedIf(refusal === undefined, refusal ?? "the query was taken");
  },
} satisfies Claim;
