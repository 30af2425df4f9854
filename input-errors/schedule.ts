// Bad input of the schedule, and the error for each.

import { CertificateAuthority, HsmCluster, HsmSchedule } from "../constructs";
import { AWS, AWS_FREE, each, is, NAMES, network, operator, Subject } from "./shared";

const NIGHTS = { removeAt: "cron(0 19 ? * MON-FRI *)", restoreAt: "cron(0 7 ? * MON-FRI *)" };

export const scheduleErrors: Record<string, Subject> = {
  HsmScheduleProps: {
    make: (stack, changes) => {
      const here = operator(stack);
      const signer = new CertificateAuthority(stack, "ca");
      const cluster = new HsmCluster(stack, "cluster", {
        network: network(stack),
        operator: here,
        signer,
        keep: 1,
      });
      return new HsmSchedule(stack, "it", {
        cluster,
        operator: here,
        windows: { nights: NIGHTS },
        ...changes,
      });
    },
    free: {
      ...AWS_FREE,
      cluster: "a construct",
      operator: "a construct",
      notifications: "a construct",
    },
    also: [
      "PATH: cluster.keep is undefined; it must be given to the cluster: the HSMs beyond it are those that are removed",
      "PATH: keep is 0; it must be 1 at least: key store PATH is on the cluster",
    ],
    wrong: {
      ...NAMES,
      ...AWS,
      keep: each("keep", "left out, or the cluster's: 1", 0, 2),
      windows: [
        [{}, is("windows", {}, "given, such as { nights: { removeAt, restoreAt } }")],
        [
          { Nights: NIGHTS },
          is("windows", "Nights", "named by 1 to 20 lower-case letters, digits and hyphens, a letter first"),
        ],
        [{ nights: { ...NIGHTS, zone: "UTC" } }, is("windows.nights", "zone", "one of removeAt, restoreAt")],
        ...["cron(0 19 * * MON-FRI)", "every evening", "at(2026-12-24T18:00:00)", "rate(1 days)"].map(
          (removeAt): [unknown, string] => [
            { nights: { ...NIGHTS, removeAt } },
            is(
              "windows.nights.removeAt",
              removeAt,
              "an expression of EventBridge Scheduler, such as cron(0 19 ? * MON-FRI *) or rate(1 day)",
            ),
          ],
        ),
        [
          { nights: { removeAt: NIGHTS.removeAt, restoreAt: NIGHTS.removeAt } },
          is("windows.nights.restoreAt", NIGHTS.removeAt, "another time than removeAt"),
        ],
        [
          { nights: { ...NIGHTS, removeAt: "cron(0 19 1 1 ? 1999)" } },
          is(
            "windows.nights",
            { ...NIGHTS, removeAt: "cron(0 19 1 1 ? 1999)" },
            "one that removes HSMs and restores them in the year that comes",
          ),
        ],
      ],
      timeZone: each("timeZone", "a time zone's name, such as Europe/Berlin", "Berlin", ""),
      holidays: ["Christmas", "2026-13-01"].map((day): [unknown, string] => [
        [day],
        is("holidays[0]", day, "a day, such as 2026-12-25"),
      ]),
    },
  },
};
