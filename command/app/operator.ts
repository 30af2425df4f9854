// Asking a deployment's operator, as its schedules do.

import { setTimeout as sleep } from "node:timers/promises";
import { Lambda } from "@aws-sdk/client-lambda";
import { Failure, say } from "../failure";

export type Event = Record<string, any> & { action: string };

/** "Maximum 900 seconds (15 minutes)": «Lambda quotas», AWS Lambda Developer Guide; and some time for the way. */
const RUN_MS = 920_000;
/** How long an idle function may take until it can be called, and how often it is tried. */
const RESTORE_MS = 600_000;
const PAUSE_MS = 10_000;

/** What the action has answered once it has ended, over however many runs; @throws Failure where it failed. */
export async function askOperator(functionArn: string, event: Event): Promise<any> {
  for (;;) {
    say(`${event.action}, up to 15 minutes`);
    const answer = await invokeOperator(functionArn, event);
    if (answer.status !== "pending") return answer;
    say(answer.message);
  }
}

/** One run of the action. */
export async function invokeOperator(
  functionArn: string,
  event: Event,
  pauseMs = PAUSE_MS,
  restoreMs = RESTORE_MS,
): Promise<any> {
  const lambda = new Lambda({
    region: functionArn.split(":")[3],
    maxAttempts: 1, // an action that runs is not begun a second time
    requestHandler: { requestTimeout: RUN_MS },
  });
  let left: number | undefined;
  for (;;) {
    try {
      const { Payload } = await lambda.invoke({ FunctionName: functionArn, Payload: JSON.stringify(event) });
      const answer = JSON.parse(Buffer.from(Payload!).toString());
      if (answer.errorType) throw new Failure(`${answer.errorType}: ${answer.errorMessage}`);
      return answer;
    } catch (error) {
      if (error instanceof Failure) throw error;
      const { name, message } = error as Error;
      // "The invocation fails and Lambda sets the function to pending": «Lambda function states», AWS Lambda Developer Guide.
      if (name !== "ResourceNotReadyException" || left === 0) throw new Failure(`${name}: ${message}`);
      if (left === undefined)
        say("the operator was idle for weeks: Lambda restores its network interfaces, some minutes");
      left = (left ?? Math.ceil(restoreMs / pauseMs)) - 1;
      await sleep(pauseMs);
    }
  }
}
