// The words that the command takes: every one is explained, wrong ones are refused with the nearest that is known, and nothing is done for either.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { buildProgram, pathOf } from "../../command/program";
import { terraformOptions } from "../../command/options";

const MAIN = join(__dirname, "../../.local/js/command/main.js");

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "safe-storage-command-"))));
afterAll(() => rmSync(folder, { recursive: true }));

/** In an empty folder, without any program that it could start. */
function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
    cwd: folder,
    encoding: "utf8",
    env: { HOME: folder, PATH: "/nowhere" },
  });
  return { status, stdout, stderr };
}

/** Every command that does something, as the words that call it. */
const commands = (of: Command = buildProgram()): string[][] =>
  of.commands.length > 0
    ? of.commands.flatMap((one) => commands(one as Command))
    : [pathOf(of).split(" ").slice(1)];

test("a reader that has read enough ends it without a stack trace", () => {
  const piped = `"$0" "$1" --help | true; echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync("/bin/bash", ["-c", piped, process.execPath, MAIN], {
    encoding: "utf8",
  });
  expect({ stdout, stderr }).toEqual({ stdout: "0\n", stderr: "" });
});

test("there are the commands that there should be", () => {
  expect(commands().map((words) => words.join(" "))).toEqual([
    "init",
    "build-layer",
    "review",
    "deploy",
    "destroy",
    "status",
    "users audit",
    "users repair",
    "backups list",
    "backups copy",
    "backups keep",
    "backups release",
    "backups delete",
    "backups restore",
    "schedule next",
    "schedule savings",
    "hsms restore",
    "recover",
    "drill",
    "verify",
    "sign create-ca",
    "sign csr",
    "sign script",
    "local-cloud start",
    "local-cloud stop",
    "local-cloud status",
    "local-cloud settings",
  ]);
});

test.each(commands())("%s %s --help: usage, options, an example; nothing is done", (...words) => {
  const { status, stdout, stderr } = run(...words.filter(Boolean), "--help");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toContain(`Usage: safe-storage ${words.filter(Boolean).join(" ")}`);
  expect(stdout).toMatch(/\nOptions:\n/);
  expect(stdout).toMatch(/\nExamples?:\n {2}(eval "\$\()?safe-storage /);
  expect(readdirSync(folder)).toEqual([]);
});

test.each(commands())("%s %s --no-such-option is refused, exit status 2, and nothing is done", (...words) => {
  const needed = words.includes("copy") ? ["--region", "eu-west-1"] : [];
  const { status, stderr } = run(...words.filter(Boolean), ...needed, "--no-such-option");
  expect(status).toBe(2);
  expect(stderr).toContain("unknown option '--no-such-option'");
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  [["deploy", "--foldr", "x"], "Did you mean --folder?"],
  [["stauts"], "Did you mean status?"],
  [["backups", "lsit"], "Did you mean list?"],
  [["deploy", "plan.tfplan"], "too many arguments"],
  [["deploy", "-destroy"], "unknown option '--destroy'"],
  [["deploy", "-state=other.tfstate"], "unknown option '--state=other.tfstate'"],
  [["status", "--watch", "soon"], "It must be a whole number above 0."],
  [["build-layer", "--architecture", "mips"], "Allowed choices are x86_64, arm64."],
  [["backups", "copy"], "required option '--region <region>' not specified"],
  [["backups", "keep", "backup-0123456789abcdef0"], "FSx deletes automatic backups with their retention"],
  [["backups", "restore", "backup-0123456789abcdef0"], "name the new volume by --volume NAME"],
  [["backups", "delete", "vol-1"], "vol-1 is no backup's id"],
  [
    ["deploy"],
    "has no app: cdktf.json is not there. Name its folder by --folder, or make one by safe-storage init",
  ],
  [["status", "--state", "bucket/key"], "it must be s3://BUCKET/KEY"],
  [["init", "--example", "everything"], "there are: file-storage, all-in-one"],
  [["init", "--region", "Frankfurt"], "it must be a region, such as eu-central-1"],
  [["init", "--set", "colour=red"], "the example has the settings name"],
])("%j is refused with what would be right, exit status 2, without a stack trace", (words, message) => {
  const { status, stderr } = run(...words);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(readdirSync(folder)).toEqual([]);
});

test("no word at all shows the help, and is wrong use; --version says the version", () => {
  expect(run()).toMatchObject({ status: 2, stderr: expect.stringContaining("Commands:") });
  expect(run("--version")).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test("options of Terraform are passed on in its own form", () => {
  const deploy = buildProgram().commands.find((one) => one.name() === "deploy")!;
  const words =
    "--auto-approve --target aws_vpc.a --target aws_vpc.b --parallelism=4 --var name=x --refresh false";
  deploy.parseOptions(words.split(" "));
  expect(terraformOptions(deploy.opts())).toEqual([
    "-auto-approve",
    "-parallelism=4",
    "-refresh=false",
    "-target=aws_vpc.a",
    "-target=aws_vpc.b",
    "-var=name=x",
  ]);
});

test.each(["bash", "zsh", "fish"])("%s completes commands and options", (shell) => {
  const { status, stdout } = run("complete", shell);
  expect(status).toBe(0);
  expect(stdout).toContain("safe-storage");
  const words = run("complete", "--", "backups", "").stdout;
  expect(words).toMatch(/^list/m);
  expect(run("complete", "--", "deploy", "--aut").stdout).toMatch(/^--auto-approve/m);
});
