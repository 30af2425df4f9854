// Terraform's apply of a stack, shown as steps rather than resource by resource.

import { closeSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { runTerraform } from "../app/terraform";
import { ask } from "../confirm";
import { Failure, say } from "../failure";
import { Message, messageOf, Output, textOf } from "./messages";
import { plan } from "./plan";
import { Progress } from "./progress";
import { TerraformFailure } from "./terraform-failure";

const POLL_MS = 250;

/** Those options of `terraform plan` that an apply of its plan takes as well. */
const ALSO_OF_APPLY = /^-(parallelism|lock|lock-timeout|compact-warnings)\b/;

interface Given {
  /** The stack's folder. */
  folder: string;
  /** That which Terraform is started in. */
  cwd: string;
  /** Terraform's own, such as `-auto-approve`. */
  options: string[];
  /** What the person who says yes must know. */
  summary: string;
  progress: () => Progress;
}

/** The outputs; undefined where there was nothing to do. @throws Failure */
export async function apply(given: Given): Promise<Record<string, Output> | undefined> {
  if (given.options.includes("-auto-approve")) {
    say(given.summary);
    return run(given, given.options);
  }
  const scratch = mkdtempSync(join(tmpdir(), "safe-storage-plan-")); // nobody else may read it: a plan has secrets
  try {
    const file = join(scratch, "plan");
    if (!(await plan(given.folder, given.cwd, given.options, file))) return undefined;
    say(given.summary);
    await approved();
    return await run(given, [...given.options.filter((option) => ALSO_OF_APPLY.test(option)), file]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function approved(): Promise<void> {
  if (!process.stdin.isTTY)
    throw new Failure("nothing was deployed: nobody is there to say yes; --auto-approve deploys", 2);
  if (!(await ask("Deploy this?"))) throw new Failure("nothing was deployed");
}

async function run({ folder, cwd, progress }: Given, options: string[]) {
  // A file: Terraform would die of a pipe that nobody reads any more, and lose what it was making.
  const log = join(folder, "deploy.jsonl");
  const written = openSync(log, "w", 0o600);
  const read = openSync(log, "r");
  const bars = progress();
  const shown = new Shown(bars);
  const decoder = new StringDecoder();
  let rest = "";
  const follow = (): void => {
    const buffer = Buffer.alloc(64 * 1024);
    for (let length; (length = readSync(read, buffer)) > 0;) {
      const lines = (rest + decoder.write(buffer.subarray(0, length))).split("\n");
      rest = lines.pop()!;
      for (const line of lines) shown.show(line);
    }
  };
  const timer = setInterval(follow, POLL_MS);
  try {
    const status = await runTerraform(folder, ["apply", "-json", "-input=false", ...options], cwd, written);
    follow();
    if (status !== 0) throw new TerraformFailure(`Terraform's own log of it is ${log}. `);
    return shown.changed ? (shown.outputs ?? {}) : undefined;
  } finally {
    clearInterval(timer);
    bars.stop();
    closeSync(read);
    closeSync(written);
  }
}

/** What Terraform says, as it is shown. */
class Shown {
  changed = true;
  outputs?: Record<string, Output>;
  private readonly warnings = new Set<string>();

  constructor(private readonly progress: Progress) {}

  show(line: string): void {
    const message = messageOf(line);
    if (!message) return this.progress.say(line);
    const address = message.hook?.resource.addr ?? "";
    switch (message.type) {
      case "diagnostic":
        return this.diagnose(message);
      case "planned_change":
        return this.plan(message);
      case "change_summary":
        return this.summarize(message);
      case "apply_start":
        return this.progress.begins(address);
      case "apply_complete":
        return this.progress.ends(address);
      case "apply_errored":
        return this.progress.fails(address);
      case "outputs":
        this.outputs = message.outputs;
        return undefined;
      // Of an interrupt, of a lock.
      case "log":
        return this.progress.say(message["@message"]);
    }
  }

  private diagnose({ diagnostic }: Message): void {
    const text = textOf(diagnostic!);
    if (diagnostic!.severity === "warning") {
      if (this.warnings.has(text)) return;
      this.warnings.add(text);
    }
    this.progress.say(text);
  }

  /** What is made new needs no line each; what is changed or goes does. */
  private plan({ change }: Message): void {
    if (change && !["create", "read", "noop"].includes(change.action))
      this.progress.say(`${change.resource.addr}: ${change.action}`);
  }

  private summarize({ changes, "@message": text }: Message): void {
    const { add, change, remove, import: imported = 0, operation } = changes!;
    const nothing = add + change + remove + imported === 0;
    if (operation === "plan") {
      this.changed = !nothing;
      if (this.changed) this.progress.say(text);
      return;
    }
    this.progress.stop();
    if (!this.changed) console.log("No changes. Your infrastructure matches the configuration.\n");
    console.log(text);
  }
}
