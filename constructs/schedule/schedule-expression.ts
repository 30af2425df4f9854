// When a schedule fires. Source: «Schedule types», EventBridge Scheduler User Guide.

import { Cron } from "croner"; // cron with time zones, last days, weekdays and years, that the field trusts

const UNITS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The first firing after `after`, in milliseconds since the epoch; undefined where there is none any more. */
export type Next = (after: number) => number | undefined;

/** Undefined for what is no expression. */
export function firings(expression: string, timezone = "UTC"): Next | undefined {
  const [, kind, body] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  const kinds: Record<string, (body: string, timezone: string) => Next | undefined> = {
    cron: fromCron,
    rate: fromRate,
    at: fromAt,
  };
  return kinds[kind]?.(body, timezone);
}

/** True for a name of the IANA's, such as Europe/Berlin. */
export function isTimezone(timezone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: timezone }));
  } catch {
    return false;
  }
}

/** "rate(value unit)", the unit in the singular for 1; counted from when the schedule was made. */
function fromRate(body: string): Next | undefined {
  const [, value, unit, plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(body) ?? [];
  if (!value || (value === "1") === (plural === "s")) return undefined;
  return (after) => after + Number(value) * UNITS[unit];
}

function fromAt(body: string, timezone: string): Next | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(body)) return undefined;
  try {
    const once = new Cron(body, { timezone, paused: true });
    return (after) => once.nextRun(new Date(after))?.getTime();
  } catch {
    return undefined;
  }
}

/** "1970-2199": «Cron-based schedules», the same guide. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;

/** AWS's "5/15" is each 15th from the 5th on; croner wants the last one named: "5-59/15". */
const untilLast = (field: string, last: number): string => field.replace(/^(\d+)\//, `$1-${last}/`);

/**
 * "cron(minutes hours day-of-month month day-of-week year)", with ? in one of both days. "When time shifts forward …, if a cron
 * expression falls on a non-existent date and time, your schedule invocation is skipped. When time shifts backwards …, your
 * schedule runs only once": «Daylight savings time», the same guide.
 */
function fromCron(body: string, timezone: string): Next | undefined {
  const fields = body.trim().split(/\s+/);
  if (fields.length !== 6) return undefined;
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields;
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) return undefined;
  if (
    (year.match(/\d+/g) ?? []).some(
      (y) => y.length === 4 && (Number(y) < FIRST_YEAR || Number(y) > LAST_YEAR),
    )
  )
    return undefined;
  // AWS counts the days of a week from 1, Sunday; others from 0.
  const days = dayOfWeek
    .replace(/(?<![#\d])[1-7](?!\d)/g, (d) => String(Number(d) - 1))
    .replace(/(\w+)L$/, "$1#L");
  try {
    const pattern = [
      "0",
      untilLast(minutes, 59),
      untilLast(hours, 23),
      untilLast(dayOfMonth, 31),
      untilLast(month, 12),
      untilLast(days === "L" ? "6" : days, 6),
      untilLast(year, LAST_YEAR),
    ].join(" ");
    const cron = new Cron(pattern, { timezone, paused: true });
    return (after) => {
      let run = cron.nextRun(new Date(after));
      while (run && !cron.match(run)) run = cron.nextRun(run);
      return run?.getTime();
    };
  } catch {
    return undefined;
  }
}
