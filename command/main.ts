// safe-storage COMMAND: what people run.

import { CommanderError } from "commander";
import { Failure } from "./failure";
import { buildProgram, USAGE } from "./program";

// Of the AWS SDK: nothing that a user of the command can do about.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
// Terraform and the AWS CLI read both, the SDK for JavaScript the first.
if (process.env.AWS_DEFAULT_REGION) process.env.AWS_REGION ??= process.env.AWS_DEFAULT_REGION;
process.env.AWS_SDK_UA_APP_ID ??= "safe-storage"; // who has called, in CloudTrail
process.env.CHECKPOINT_DISABLE = "1"; // neither cdktf nor Terraform calls home

// `safe-storage … | head`: a reader who has read enough ends no deploy, and sees no stack trace.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

/** Terraform's options have one hyphen; here they have two, and one is taken as well. */
const withTwoHyphens = (word: string): string => (/^-[a-z][a-z-]+(=|$)/.test(word) ? `-${word}` : word);

async function main(words: string[]): Promise<void> {
  const program = buildProgram();
  // Shells complete words by it. It is ESM alone, and needed by nobody else.
  if (words[0] === "complete") (await import("@bomb.sh/tab/commander")).default(program);
  await program.parseAsync(words.map(withTwoHyphens), { from: "user" });
}

main(process.argv.slice(2)).catch((error: Error) => {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE;
  else {
    console.error(`safe-storage: ${error.message}`);
    process.exitCode = error instanceof Failure ? error.exitCode : 1;
  }
});
