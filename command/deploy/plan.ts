// Terraform's plan of a stack, as a person reads it before the yes.

import { StringDecoder } from "node:string_decoder";
import { colours, runTerraform } from "../app/terraform";
import { TerraformFailure } from "./terraform-failure";

/** @param file takes the plan. @returns whether there is anything to do. */
export async function plan(folder: string, cwd: string, options: string[], file: string): Promise<boolean> {
  const shown = new WithoutAdvice();
  const status = await runTerraform(
    folder,
    ["plan", ...colours(), ...options, "-detailed-exitcode", `-out=${file}`],
    cwd,
    (text) => shown.write(text),
  );
  shown.end();
  if (status === 1) throw new TerraformFailure();
  return status === 2;
}

/** What follows a plan is the way to apply it by hand from the file, which is gone by then. */
class WithoutAdvice {
  private readonly decoder = new StringDecoder();
  private held = "";
  private ended = false;

  write(data: Buffer): void {
    if (this.ended) return;
    this.held += this.decoder.write(data);
    const advice = this.held.search(/\S*─+\S*\s+Saved the plan to:/);
    if (advice >= 0) {
      this.ended = true;
      process.stdout.write(this.held.slice(0, advice));
      return;
    }
    // The line above the advice can be another's: it waits for what follows.
    const safe = this.held.search(/\n\S*─+\S*\s*$/);
    const end = safe >= 0 ? safe + 1 : this.held.length;
    process.stdout.write(this.held.slice(0, end));
    this.held = this.held.slice(end);
  }

  end(): void {
    if (!this.ended) process.stdout.write(this.held);
  }
}
