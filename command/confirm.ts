// A person's yes before something is changed.

import { say } from "./failure";

/** False where the answer is no, undefined where there is nobody to ask. */
export async function confirmed(yes: boolean | undefined, question: string): Promise<boolean | undefined> {
  if (yes) return true;
  if (!process.stdin.isTTY) {
    say("nothing was changed; --yes does it");
    return undefined;
  }
  const answer = await ask(question);
  if (!answer) say("nothing was changed");
  return answer;
}

/** Asks on the terminal. */
export async function ask(message: string): Promise<boolean> {
  const { confirm } = await import("@inquirer/prompts");
  return confirm({ message, default: false }, { output: process.stderr });
}
