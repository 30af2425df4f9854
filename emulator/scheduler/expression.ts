// Expressions as EventBridge Scheduler takes and refuses them.

import { firings, isTimezone, Next } from "../../constructs/schedule-expression";
import { AwsError } from "../errors";

/** Refuses what is no expression, or no time zone. */
export function parseExpression(expression: string, timezone = "UTC"): Next {
  if (!isTimezone(timezone)) throw invalid(`Invalid ScheduleExpressionTimezone: ${timezone}.`);
  const next = firings(expression, timezone);
  if (!next) throw invalid(`Invalid Schedule Expression ${expression}.`);
  return next;
}

const invalid = (message: string): AwsError => new AwsError("ValidationException", message);
