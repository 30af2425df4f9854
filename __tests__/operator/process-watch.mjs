// Looks for secrets at every process of the machine, again and again: a child process with messages.
// Takes {watch: [SECRET, …]}; at "report" it sends {leaks: [WHERE, …], seen: [N, …]} and begins anew. `seen` is how often
// each was found where it may be, in the environment of cloudhsm-cli: without that the watch would have proved nothing.

import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { setImmediate } from "node:timers";

let secrets = [];
let leaks = new Set();
let seen = [];

process.on("message", (message) => {
  if (message === "report") process.send({ leaks: [...leaks], seen });
  else secrets = message.watch;
  leaks = new Set();
  seen = secrets.map(() => 0);
});
process.on("disconnect", () => process.exit());

const read = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it has ended
  }
};

/** Whose own environment may hold a login: the CLI's, which is a script in the local cloud, by `/usr/bin/env bash`. */
const isHsmCli = (commandLine) => {
  const program = commandLine.split("\0").find((part) => !["env", "bash"].includes(basename(part)));
  return program !== undefined && basename(program) === "cloudhsm-cli";
};

function look() {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const commandLine = read(`/proc/${pid}/cmdline`);
    const environment = read(`/proc/${pid}/environ`);
    // A process that became another program meanwhile has perhaps the one's name and the other's environment: not this time.
    const isSure = read(`/proc/${pid}/cmdline`) === commandLine && commandLine !== "";
    secrets.forEach((secret, i) => {
      if (commandLine.includes(secret)) leaks.add(`arguments of ${commandLine.split("\0")[0]}`);
      if (!isSure || !environment.includes(secret)) return;
      if (isHsmCli(commandLine)) seen[i]++;
      else leaks.add(`environment of ${commandLine.split("\0").slice(0, 2).join(" ")}`);
    });
  }
  setImmediate(look);
}
look();
