// The times at which a schedule removes HSMs: when each begins and ends, and how long that is in a month.

import { Construct } from "constructs";
import { firings, isTimezone, Next } from "./schedule-expression";
import { check, checkKnown, checkList, checkMap, checkNames, refuse } from "../private";

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
const YEAR = 365 * DAY;
/** So many firings are looked at; a window that fires more often is not one of days and nights. */
const MOST_FIRINGS = 5_000;

/** Refuses what is no schedule, and what would bring back by one window what another one keeps away. */
export function checkWindows(
  scope: Construct,
  { windows, timeZone = "UTC", holidays }: HsmWindowsProps,
): void {
  const aZone = "a time zone's name, such as Europe/Berlin";
  checkKnown(scope, "timeZone", timeZone, aZone);
  check(scope, "timeZone", timeZone, isTimezone, aZone);
  const given = "given, such as { nights: { removeAt, restoreAt } }";
  checkMap(scope, "windows", windows, given);
  checkKnown(scope, "windows", windows, given);
  const names = Object.keys(windows ?? {});
  check(scope, "windows", windows, () => names.length > 0, given);
  for (const name of names) {
    check(
      scope,
      "windows",
      name,
      (n) => /^[a-z][a-z0-9-]{0,19}$/.test(n),
      "named by 1 to 20 lower-case letters, digits and hyphens, a letter first",
    );
    checkNames(scope, `windows.${name}`, windows[name], ["removeAt", "restoreAt"]);
    for (const prop of ["removeAt", "restoreAt"] as const)
      check(
        scope,
        `windows.${name}.${prop}`,
        windows[name][prop],
        (e) => /^(cron|rate)\(/.test(String(e)) && firings(e, timeZone) !== undefined,
        "an expression of EventBridge Scheduler, such as cron(0 19 ? * MON-FRI *) or rate(1 day)",
      );
    checkWindow(scope, name, windows[name], timeZone);
  }
  for (const name of names)
    for (const other of names) if (other !== name) checkPair(scope, windows, name, other, timeZone);
  if (holidays !== undefined) checkList(scope, "holidays", holidays, "a list of days");
  for (const [i, day] of (holidays ?? []).entries()) {
    checkKnown(scope, `holidays[${i}]`, day, "a day, such as 2026-12-25");
    check(
      scope,
      `holidays[${i}]`,
      day,
      (d) =>
        /^\d{4}-\d{2}-\d{2}$/.test(d) && !Number.isNaN(Date.parse(d)) && dayOf(d, timeZone) !== undefined,
      "a day, such as 2026-12-25",
    );
  }
}

function checkWindow(scope: Construct, name: string, window: HsmWindow, timeZone: string): void {
  if (window.removeAt === window.restoreAt)
    refuse(scope, `windows.${name}.restoreAt`, window.restoreAt, "another time than removeAt");
  if (!times(window, timeZone, Date.now()).some(({ until }) => until < Infinity))
    refuse(
      scope,
      `windows.${name}`,
      window,
      "one that removes HSMs and restores them in the year that comes",
    );
}

/** A `rate` counts from when the schedule is made, so that nothing can be said of it before. */
function checkPair(
  scope: Construct,
  windows: Record<string, HsmWindow>,
  name: string,
  other: string,
  timeZone: string,
): void {
  const all = Object.values(windows[name]).concat(Object.values(windows[other]));
  if (all.some((expression) => expression.startsWith("rate("))) return;
  const now = Date.now();
  const back = list(firings(windows[name].restoreAt, timeZone)!, now, now + YEAR);
  const away = times(windows[other], timeZone, now);
  const clash = back.find((at) => away.some(({ from, until }) => from < at && at < until));
  if (clash !== undefined)
    refuse(
      scope,
      `windows.${name}.restoreAt`,
      windows[name].restoreAt,
      `outside the window ${other}: on ${shown(clash, timeZone)} it would bring back what that one keeps away`,
    );
}

/** When a window has HSMs away in the year from `now` on. */
function times(window: HsmWindow, timeZone: string, now: number): TimeAway[] {
  const removals = list(firings(window.removeAt, timeZone)!, now, now + YEAR);
  const restores = list(firings(window.restoreAt, timeZone)!, now, now + YEAR + 35 * DAY);
  const away: TimeAway[] = [];
  for (const from of removals) {
    if (away.length > 0 && from < away[away.length - 1].until) continue;
    away.push({ from, until: restores.find((at) => at > from) ?? Infinity });
  }
  return away;
}

function list(next: Next, from: number, until: number, most = MOST_FIRINGS): number[] {
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
function dayOf(day: string, timeZone: string): TimeAway | undefined {
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
