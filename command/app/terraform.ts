// Terraform, or the OpenTofu that TERRAFORM_BINARY_NAME names.

import { execFileSync, spawn } from "node:child_process";
import { Failure } from "../failure";

/** S3 backends lock without a table since then. */
const OLDEST = [1, 10];

let checked: string | undefined;

/** Its name or path, once its version was found to do. */
export function terraformBinary(): string {
  if (checked !== undefined) return checked;
  const name = process.env.TERRAFORM_BINARY_NAME ?? "terraform";
  let version: string;
  try {
    version = JSON.parse(execFileSync(name, ["version", "-json"], { encoding: "utf8" })).terraform_version;
  } catch {
    throw new Failure(
      `${name} does not run: get Terraform 1.10 or newer from https://developer.hashicorp.com/terraform/install, or OpenTofu and set TERRAFORM_BINARY_NAME=tofu`,
      2,
    );
  }
  const [major, minor] = version.split(".").map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    throw new Failure(`${name} is version ${version}; ${OLDEST.join(".")}.0 or newer is needed`, 2);
  return (checked = name);
}

/** What keeps its colours for a terminal. */
export const colours = (): string[] => (process.stdout.isTTY && !process.env.NO_COLOR ? [] : ["-no-color"]);

/**
 * Runs it on a synthesized stack, with this process's terminal; gives its exit status.
 * @param output takes what it says, instead of the terminal: a file, or a function.
 */
export async function runTerraform(
  folder: string,
  args: string[],
  cwd: string,
  output?: number | ((data: Buffer) => void),
): Promise<number> {
  const child = spawn(terraformBinary(), [`-chdir=${folder}`, ...args], {
    cwd,
    stdio: ["inherit", typeof output === "function" ? "pipe" : (output ?? "inherit"), "inherit"],
  });
  if (typeof output === "function") child.stdout!.on("data", output);
  // Terraform ends in good order by itself: an interrupt reaches it as well, a request to end is handed on.
  const wait = (): void => {};
  const end = (): void => void child.kill("SIGINT");
  process.on("SIGINT", wait).on("SIGTERM", end);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status) => resolve(status ?? 1));
    });
  } finally {
    process.off("SIGINT", wait).off("SIGTERM", end);
  }
}
