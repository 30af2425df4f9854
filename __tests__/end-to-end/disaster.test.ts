// The drill of a lost region, as a person runs it: what comes back is proven by the drill itself, its report is held against the objectives.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Report, reportOf, shown } from "../../command/drill/report";
import { COMMAND, ROOT } from "./deployment";

const FOLDER = join(ROOT, ".local/tests/drill");
const drill = (...args: string[]) =>
  spawnSync(process.execPath, [COMMAND, "drill", "--folder", FOLDER, ...args], { encoding: "utf8" });

test("a key from before decrypts afterwards; recovery point and time are shown against the objectives", () => {
  const { status, stdout, stderr } = drill("--recovery-point-hours", "48", "--recovery-time-minutes", "60");
  if (status !== 0) throw new Error((stdout + stderr).slice(-5000));
  expect(stdout).toMatch(
    /The HSM key made in eu-central-1 decrypts in cluster-\w+ what it had encrypted there/,
  );
  const report: Report = JSON.parse(readFileSync(join(FOLDER, "app/report.json"), "utf8"));
  // AWS's own times: 5 minutes for a cluster, 313 s for its first HSM; a second HSM and the connection come after.
  expect(report.lowerBound).toBeGreaterThan(10 * 60);
  expect(report.recoveryTime).toBeGreaterThan(report.lowerBound + 25 * 60);
  expect(report.recoveryTime).toBeLessThan(60 * 60);
  // Six hours after a copy, and the day's backup may be a look older.
  expect(report.recoveryPoint).toBeGreaterThan(6 * 3600);
  expect(report.recoveryPoint).toBeLessThan(48 * 3600);
});

test("as a plan for AWS it touches nothing, and has the objectives", () => {
  const { status, stdout } = drill("--aws", "--recovery-point-hours", "26", "--recovery-time-minutes", "90");
  expect(status).toBe(0);
  expect(stdout).toContain("objectives 26 hours and 90 minutes");
  for (const command of [
    "key wrap aes-gcm",
    "safe-storage backups copy",
    "two-regions-recovery",
    "key unwrap aes-gcm",
  ])
    expect(stdout).toContain(command);
});

test("overlaps count once, and a missed objective is reported", () => {
  const at = (seconds: number) => new Date(seconds * 1000).toISOString();
  const change = (seconds: number, id: string, from?: string, to?: string) => ({
    at: at(seconds),
    region: "eu-west-1",
    id,
    from,
    to,
  });
  // The second HSM begins a minute after the first.
  const [cluster, hsm] = [5 * 60, 313];
  const work = cluster + hsm + 60;
  const changes = [
    change(5 * 60, "cluster-a", "CREATE_IN_PROGRESS", "ACTIVE"),
    change(20 * 60, "hsm-a", "CREATE_IN_PROGRESS", "ACTIVE"),
    change(21 * 60, "hsm-b", "CREATE_IN_PROGRESS", "ACTIVE"),
    change(40 * 60, "hsm-b", "ACTIVE", "DELETE_IN_PROGRESS"),
    { ...change(5 * 60, "cluster-b", "CREATE_IN_PROGRESS", "ACTIVE"), region: "eu-central-1" },
  ];
  const objectives = { recoveryPointHours: 1, recoveryTimeMinutes: 1 };
  const report = reportOf(changes, "eu-west-1", 1, 20 * 60, 7200, objectives);
  // AWS's work, and the rest of 20 minutes.
  expect(report.recoveryTime).toBeCloseTo(20 * 60);
  expect(report.lowerBound).toBeCloseTo(cluster + hsm);
  expect(report.steps.map((s) => s.seconds)).toEqual([cluster, hsm, hsm, 20 * 60 - work]);
  const fast = [...changes].map((c) => ({ ...c, at: at(Date.parse(c.at) / 1000 / 600) }));
  const there = reportOf(fast, "eu-west-1", 600, work / 600 + 6, 7200, objectives);
  expect(there.recoveryTime).toBeCloseTo(work + 6);
  expect(report.met).toEqual({ recoveryPoint: false, recoveryTime: false });
  expect([shown(7260), shown(95)]).toEqual(["2 h 1 min", "1 min 35 s"]);
});

test.each([["--recovery-point-hours", "24"], ["--recovery-time-minutes", "soon"], ["--now"]])(
  "refuses %s %s with its usage",
  (...args) => expect(drill(...args).status).toBe(2),
);
