// Reserved concurrency: what an account may reserve, and what a function may use of it.

import {
  GetFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommandOutput,
  paginateListFunctions,
} from "@aws-sdk/client-lambda";
import { Context } from "../core/context";
import { AwsError } from "../core/errors";

/** "100 unreserved": «Configuring reserved concurrency», AWS Lambda Developer Guide; accounts with fewer keep them all. */
const MIN_UNRESERVED = 100;

export async function reservedConcurrency(
  { moto }: Context,
  region: string,
  FunctionName: string,
): Promise<number | undefined> {
  const { ReservedConcurrentExecutions }: Partial<GetFunctionConcurrencyCommandOutput> = await moto
    .lambda(region)
    .send(new GetFunctionConcurrencyCommand({ FunctionName }))
    .catch(() => ({}));
  return ReservedConcurrentExecutions ?? undefined;
}

/** Refuses a reservation that leaves the account too little. */
export async function checkReservation(
  context: Context,
  region: string,
  name: string,
  wanted: number,
): Promise<void> {
  const quota = context.cloud.quotas["concurrent executions"];
  const least = Math.min(MIN_UNRESERVED, quota);
  let reserved = wanted;
  for await (const page of paginateListFunctions({ client: context.moto.lambda(region) }, {}))
    for (const { FunctionName } of page.Functions ?? [])
      if (FunctionName !== name) reserved += (await reservedConcurrency(context, region, FunctionName!)) ?? 0;
  if (quota - reserved < least)
    throw new AwsError(
      "InvalidParameterValueException",
      `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${least}].`,
    );
}

/** Source: TooManyRequestsException, Invoke, AWS Lambda API Reference. */
export const throttled = (): AwsError =>
  new AwsError("TooManyRequestsException", "Rate Exceeded.", 429, {
    Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
    Type: "User",
  });
