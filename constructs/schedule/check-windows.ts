// What windows and holidays must be.

import { Construct } from "constructs";
import { firings, isTimezone } from "./schedule-expression";
import { dayOf, HsmWindow, HsmWindowsProps, list, shown, times, YEAR } from "./hsm-windows";
import { check, checkKnown, checkList, checkMap, checkNames, refuse } from "../private";

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
