// What ends the command with a word to its user.

/** Exit status 1: it was done and something is wrong, or it failed. 2: it was called in a wrong way, or could not begin. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}

/** To standard error: standard output has what somebody may read by a program. */
export const say = (text: string): void => void process.stderr.write(`${text}\n`);
