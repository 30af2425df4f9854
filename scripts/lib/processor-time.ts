// Where a long run spends its processor time, by kind of process. Started beside the run; ends when that has ended, or on SIGTERM, and
// prints a table then.
//   node processor-time.js PID   PID is the run's; its descendants are looked at once a second
// A process that lives for less than a second may not be seen itself: what it took is in its parent's account of ended children.

import { readdirSync, readFileSync } from "node:fs";

const [, , root] = process.argv;
const TICKS_A_SECOND = 100; // Linux's USER_HZ, the same on every machine

interface Seen {
  parent: string;
  kind: string;
  /** Of the process itself, in ticks. */
  own: number;
  /** Of its children that have ended and been waited for, and of theirs. */
  ended: number;
}

/** By pid and start: pids come again. */
const seen = new Map<string, Seen>();
const keyOfPid = new Map<string, string>();
/** Those that lived at the last look. */
let living = new Set<string>();

/** proc(5), /proc/pid/stat: the name in parentheses may itself have some. */
function look(): boolean {
  const alive = new Map<string, { key: string; stat: Seen; parentPid: string }>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    let text: string;
    try {
      text = readFileSync(`/proc/${pid}/stat`, "utf8");
    } catch {
      continue; // It has ended.
    }
    const [, name, rest] = /\((.*)\) (.*)/s.exec(text)!;
    const fields = rest.split(" ");
    const ticks = (i: number) => Number(fields[i - 3]); // by the man page's numbers
    const stat = { parent: "", kind: name, own: ticks(14) + ticks(15), ended: ticks(16) + ticks(17) };
    alive.set(pid, { key: `${pid} ${fields[22 - 3]}`, stat, parentPid: fields[1] });
  }
  for (const [pid, { key, stat, parentPid }] of alive) {
    const known = seen.get(key);
    const parent = known?.parent ?? keyOfPid.get(parentPid) ?? "";
    if (!known && pid !== root && !isOurs(parentPid, alive)) continue;
    seen.set(key, { ...stat, parent, kind: kindOf(pid, stat.kind) });
    keyOfPid.set(pid, key);
  }
  living = new Set([...alive.values()].map(({ key }) => key));
  return alive.has(root);
}

function isOurs(pid: string, alive: Map<string, { key: string; parentPid: string }>): boolean {
  for (let at = pid; alive.has(at); at = alive.get(at)!.parentPid)
    if (at === root || seen.has(alive.get(at)!.key)) return true;
  return false;
}

function kindOf(pid: string, name: string): string {
  if (name.startsWith("terraform-prov")) return "provider of Terraform";
  if (!/^(node|python|MainThread)/.test(name)) return name;
  const command = readCommand(pid);
  if (/processor-time/.test(command)) return "this account";
  if (/moto\/server/.test(command)) return "moto";
  if (/emulator\/main/.test(command)) return "local cloud";
  if (/jest/.test(command)) return "jest";
  if (/cdktf/.test(command)) return "cdktf";
  if (/\.venv\/bin\/aws/.test(command)) return "aws";
  return name.replace(/[\d.]+$/, "");
}

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/**
 * What a process and those below it have of ended children that were not seen themselves. Below 0 it is of a child that ended together with
 * its parent, after the last look at them: whoever waited for the parent has it. One that lives, and does not wait, owes nothing.
 */
function unseenIn(key: string, children: Map<string, string[]>): number {
  let [missed, owed] = [0, seen.get(key)!.ended];
  for (const child of children.get(key) ?? []) {
    const { own, ended } = seen.get(child)!;
    if (!living.has(child)) owed -= own + ended;
    const below = unseenIn(child, children);
    if (below > 0) missed += below;
    else owed += below;
  }
  return missed + (living.has(key) ? Math.max(0, owed) : owed);
}

function print(): void {
  const kinds = new Map<string, number>();
  const add = (kind: string, ticks: number) => kinds.set(kind, (kinds.get(kind) ?? 0) + ticks);
  for (const { kind, own } of seen.values()) add(kind, own);
  const children = new Map<string, string[]>();
  for (const [key, { parent }] of seen) children.set(parent, [...(children.get(parent) ?? []), key]);
  const tops = [...seen.keys()].filter((key) => !seen.has(seen.get(key)!.parent));
  add(
    "shorter than a second",
    Math.max(
      0,
      tops.reduce((sum, key) => sum + unseenIn(key, children), 0),
    ),
  );
  const rows = [...kinds].map(([kind, ticks]): [string, number] => [kind, ticks / TICKS_A_SECOND]);
  rows.sort(([, a], [, b]) => b - a);
  const total = rows.reduce((sum, [, seconds]) => sum + seconds, 0);
  for (const [kind, seconds] of rows.filter(([, s]) => s >= total / 200))
    console.log(`  ${seconds.toFixed(0).padStart(6)} s  ${kind}`);
  console.log(`  ${total.toFixed(0).padStart(6)} s  in all, that is ${(total / 60).toFixed(1)} min`);
}

const timer = setInterval(() => look() || end(), 1000);
function end(): void {
  clearInterval(timer);
  print();
  process.exit(0);
}
process.on("SIGTERM", () => {
  look();
  end();
});
look();
