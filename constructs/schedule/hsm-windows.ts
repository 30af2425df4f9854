// The times at which a schedule removes HSMs: when each begins and ends, and how long that is in a month.

import { firings, Next } from "./schedule-expression";

/** A window in which HSMs are removed. */
export interface HsmWindow {
  /** When HSMs are removed: `cron(minutes hours day-of-month month day-of-week year)` or `rate(value unit)`. */
  readonly removeAt: string;
  /** When they are restored, in the same form. */
  readonly restoreAt: string;
}

/** Windows and holidays of a schedule. */
export interface HsmWindowsProps {
  /**
   * Windows, by names of your choice, such as `nights` and `weekends`: lower-case letters, digits and hyphens, 20 at most. Windows in which
   * one restores HSMs that another one has removed are refused.
   */
  readonly windows: Record<string, HsmWindow>;
  /**
   * Time zone of the windows and holidays, by its IANA name, such as `Europe/Berlin`. A time that a clock change skips is skipped, and a
   * time that occurs twice counts once: «Daylight savings time», EventBridge Scheduler User Guide.
   * @default "UTC"
   */
  readonly timeZone?: string;
  /**
   * Days on which removed HSMs are not restored, such as `2026-12-25`.
   * @default none
   */
  readonly holidays?: string[];
}

/** A time at which HSMs are away, in milliseconds since the epoch. */
export interface TimeAway {
  /** When it begins. */
  readonly from: number;
  /** When it has ended. */
  readonly until: number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** In milliseconds. */
export const YEAR = 365 * DAY;
/** So many firings are looked at; a window that fires more often is not one of days and nights. */
const MOST_FIRINGS = 5_000;

/** When a window has HSMs away in the year from `now` on. */
export function times(window: HsmWindow, timeZone: string, now: number): TimeAway[] {
  const removals = list(firings(window.removeAt, timeZone)!, now, now + YEAR);
  const restores = list(firings(window.restoreAt, timeZone)!, now, now + YEAR + 35 * DAY);
  const away: TimeAway[] = [];
  for (const from of removals) {
    if (away.length > 0 && from < away[away.length - 1].until) continue;
    away.push({ from, until: restores.find((at) => at > from) ?? Infinity });
  }
  return away;
}

/** Firings from one time to another, in milliseconds since the epoch. */
export function list(next: Next, from: number, until: number, most = MOST_FIRINGS): number[] {
  const all: number[] = [];
  for (let at = next(from); at !== undefined && at < until && all.length < most; at = next(at)) all.push(at);
  return all;
}

/** The next firings of an expression, in milliseconds since the epoch. */
export const nextFirings = (expression: string, timeZone: string, now: number, count: number): number[] =>
  list(firings(expression, timeZone)!, now, Infinity, count);

/** The holidays as times, in milliseconds since the epoch. */
export const holidayTimes = ({ holidays = [], timeZone = "UTC" }: HsmWindowsProps): TimeAway[] =>
  holidays.map((day) => dayOf(day, timeZone)!);

/** Four years, one of them a leap year: an average that is the same whenever it is asked for, since it is an output of a plan. */
const AVERAGE = { from: Date.UTC(2025, 0, 1), until: Date.UTC(2029, 0, 1) };

const averages = new Map<string, number[]>();

/** Firings in the average's years, which take a tenth of a second to find; an app with several schedules often has the same. */
function averageFirings(expression: string, timeZone: string): number[] {
  const key = `${expression} ${timeZone}`;
  if (!averages.has(key))
    averages.set(key, list(firings(expression, timeZone)!, AVERAGE.from, AVERAGE.until));
  return averages.get(key)!;
}

/** Share of the time in which HSMs are away, without holidays. */
export function shareAway({ windows, timeZone = "UTC" }: HsmWindowsProps): number {
  const marks = Object.values(windows).flatMap(({ removeAt, restoreAt }) => [
    ...averageFirings(removeAt, timeZone).map((at) => ({ at, away: true })),
    ...averageFirings(restoreAt, timeZone).map((at) => ({ at, away: false })),
  ]);
  marks.sort((a, b) => a.at - b.at || Number(a.away) - Number(b.away));
  let total = 0;
  let since: number | undefined;
  for (const { at, away } of marks) {
    if (away) since ??= at;
    else if (since !== undefined) {
      total += at - since;
      since = undefined;
    }
  }
  return total / (AVERAGE.until - AVERAGE.from);
}

/** From midnight to midnight of the zone's clocks, which may be more than a day or less; undefined for what is no day. */
export function dayOf(day: string, timeZone: string): TimeAway | undefined {
  const dayAt = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
  const first = Date.parse(`${day}T00:00:00Z`) - DAY; // no zone is so far ahead
  const steps = Array.from({ length: 4 * 96 }, (_, i) => first + i * (HOUR / 4));
  const within = steps.filter((at) => dayAt.format(at) === day);
  return within.length === 0 ? undefined : { from: within[0], until: within[within.length - 1] + HOUR / 4 };
}

/** A time as the zone's clocks show it. */
export const shown = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    year: "numeric",
    month: "short",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);
