// Expressions as EventBridge Scheduler takes and refuses them. Source: «Schedule types», EventBridge Scheduler User Guide. The constructs have
// a reading of their own, so that a mistake in either shows.

import awsCron from "aws-cron-parser"; // reads AWS's cron, with L, W and #, and knows no time zones
import { DateTime, IANAZone } from "luxon"; // time zones, by the library that the field trusts
import { AwsError } from "../core/errors";

/** The first firing after a time, in milliseconds since the epoch; undefined where there is none any more. */
export type Next = (after: number) => number | undefined;

/** Refuses what is no expression, or no time zone. */
export function parseExpression(expression: string, timezone = "UTC"): Next {
  if (!IANAZone.isValidZone(timezone)) throw invalid(`Invalid ScheduleExpressionTimezone: ${timezone}.`);
  const [, kind, body] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  const next =
    kind === "cron" ? cron(body, timezone) : kind === "rate" ? rate(body) : kind && at(body, timezone);
  if (!next) throw invalid(`Invalid Schedule Expression ${expression}.`);
  return next;
}

const invalid = (message: string): AwsError => new AwsError("ValidationException", message);

const MINUTES = { minute: 1, hour: 60, day: 1440 };

/** "rate(value unit)", the unit in the singular for 1; counted from when the schedule was made. */
function rate(body: string): Next | undefined {
  const [, value, unit] =
    /^(1) (minute|hour|day)$/.exec(body) ?? /^([1-9]\d*) (minute|hour|day)s$/.exec(body) ?? [];
  if (!unit || (value === "1" && body.endsWith("s"))) return undefined;
  return (after) => after + Number(value) * MINUTES[unit as keyof typeof MINUTES] * 60_000;
}

function at(body: string, zone: string): Next | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body)) return undefined;
  const time = DateTime.fromISO(body, { zone });
  return time.isValid ? (after) => (time.toMillis() > after ? time.toMillis() : undefined) : undefined;
}

const list = (entry: string) =>
  new RegExp(`^(\\*|${entry}(-${entry})?(,${entry}(-${entry})?)*|(\\*|${entry})/\\d+)$`);
const DAY = "(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)";
/** What each field may be: «Cron-based schedules», the same guide. */
const FIELDS = [
  list("\\d{1,2}"),
  list("\\d{1,2}"),
  new RegExp(`${list("\\d{1,2}").source}|^(\\?|L|\\d{1,2}W)$`),
  list("(?:\\d{1,2}|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)"),
  new RegExp(`${list(DAY).source}|^(\\?|L|${DAY}L|${DAY}#[1-5])$`),
  list("\\d{4}"),
];

/**
 * "cron(minutes hours day-of-month month day-of-week year)", with ? in one of both days. "When time shifts forward …, if a cron
 * expression falls on a non-existent date and time, your schedule invocation is skipped. When time shifts backwards …, your
 * schedule runs only once": «Daylight savings time», the same guide.
 */
function cron(body: string, zone: string): Next | undefined {
  const fields = body.trim().split(/\s+/);
  if (fields.length !== FIELDS.length || !FIELDS.every((field, i) => field.test(fields[i]))) return undefined;
  if ((fields[2] === "?") === (fields[4] === "?")) return undefined;
  if (fields[4] === "L") fields[4] = "7"; // "In the day-of-week field, L means 7 or Saturday"
  try {
    const parsed = awsCron.parse(fields.join(" "));
    return (after) => {
      // The clock on the wall, as if it were UTC.
      let wall: Date | null = new Date(onTheWall(after, zone));
      while ((wall = awsCron.next(parsed, wall))) {
        // The parser takes the 29th of February of other years for the first of March.
        if (!parsed.months.includes(wall.getUTCMonth() + 1)) continue;
        const time = DateTime.fromObject(
          {
            year: wall.getUTCFullYear(),
            month: wall.getUTCMonth() + 1,
            day: wall.getUTCDate(),
            hour: wall.getUTCHours(),
            minute: wall.getUTCMinutes(),
          },
          { zone },
        );
        const first = Math.min(...time.getPossibleOffsets().map((t) => t.toMillis()));
        const exists = onTheWall(first, zone) === wall.getTime();
        if (exists && first > after) return first;
      }
      return undefined;
    };
  } catch {
    return undefined;
  }
}

const onTheWall = (at: number, zone: string): number =>
  DateTime.fromMillis(at, { zone }).setZone("UTC", { keepLocalTime: true }).toMillis();
