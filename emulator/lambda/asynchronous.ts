// Asynchronous invocations, as schedules make them: tried again, and in the end sent where the function's settings say.

import { randomUUID } from "node:crypto";
import { GetFunctionEventInvokeConfigCommand } from "@aws-sdk/client-lambda";
import { Context } from "../core/context";
import { AwsError } from "../core/errors";
import { sendToQueue } from "./queues";
import { Outcome } from "./environment";
import { Functions } from "./functions";

interface Run {
  name: string;
  payload: string;
  requestId: string;
  /** 1 for the first. */
  attempt: number;
}

/**
 * "If the function returns an error, by default Lambda attempts to run it two more times, with a one-minute wait between the
 * first two attempts, and two minutes between the second and third attempts": «How Lambda handles errors and retries with
 * asynchronous invocation», AWS Lambda Developer Guide.
 */
const MAX_RETRIES = 2;
const RETRY_SECONDS = 60;
/** "Lambda returns the event to the queue" where it is throttled or there is an error of the system, as without its interfaces: the same guide. */
const QUEUED_SECONDS = 5;
const QUEUED = [409, 429, 502];

/** Name of the function of an ARN; undefined for what is none. */
export const functionOf = (arn: string): string | undefined =>
  /^arn:aws:lambda:[\w-]+:\d{12}:function:([\w-]+)/.exec(arn)?.[1];

export class AsynchronousRuns {
  constructor(
    private readonly context: Context,
    private readonly functions: () => Functions,
  ) {
    // Not awaited: the function calls this cloud, which waits for its handlers.
    context.cloud.on("asynchronous run", (region, run) => void this.run(region, JSON.parse(run)));
  }

  begin(region: string, name: string, payload: string): void {
    void this.run(region, { name, payload, requestId: randomUUID(), attempt: 1 });
  }

  private async run(region: string, run: Run): Promise<void> {
    try {
      const outcome = await this.functions().invoke(region, run.name, run.payload);
      if (!outcome.failed) return;
      const { retries, destination } = await this.settings(region, run.name);
      if (run.attempt <= retries)
        this.later(RETRY_SECONDS * run.attempt, region, { ...run, attempt: run.attempt + 1 });
      else if (destination) await this.send(region, run, outcome, destination);
    } catch (error) {
      if (!(error instanceof AwsError) || !QUEUED.includes(error.status)) console.error(error);
      else this.later(QUEUED_SECONDS, region, run);
    }
  }

  private later(seconds: number, region: string, run: Run): void {
    const { cloud } = this.context;
    const at = cloud.now() + (seconds * 1000) / cloud.speed;
    cloud.scheduleAndWake(at, "asynchronous run", region, JSON.stringify(run));
  }

  private async settings(
    region: string,
    FunctionName: string,
  ): Promise<{ retries: number; destination?: string }> {
    const found = await this.context.moto
      .lambda(region)
      .send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))
      .catch(() => undefined);
    return {
      retries: found?.MaximumRetryAttempts ?? MAX_RETRIES,
      destination: found?.DestinationConfig?.OnFailure?.Destination,
    };
  }

  /** Source of the record: «Capturing records of Lambda asynchronous invocations», AWS Lambda Developer Guide. */
  private async send(region: string, run: Run, outcome: Outcome, destination: string): Promise<void> {
    const service = destination.split(":")[2];
    if (service !== "sqs") {
      console.error(`A destination of ${service} is not emulated: ${destination}`);
      return;
    }
    const { roleName, functionArn } = await this.functions().identityOf(region, run.name);
    const record = {
      version: "1.0",
      timestamp: new Date(this.context.cloud.now()).toISOString(),
      requestContext: {
        requestId: run.requestId,
        functionArn: `${functionArn}:$LATEST`,
        condition: "RetriesExhausted",
        approximateInvokeCount: run.attempt,
      },
      requestPayload: JSON.parse(run.payload),
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      responsePayload: JSON.parse(outcome.payload),
    };
    await sendToQueue(this.context, region, roleName, destination, JSON.stringify(record));
  }
}
