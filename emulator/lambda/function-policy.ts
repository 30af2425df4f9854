// A function's own policy: which service may invoke it. Source: «Using resource-based policies for Lambda», AWS Lambda Developer Guide.

import { GetPolicyCommand } from "@aws-sdk/client-lambda";
import { decide, list, Statement } from "../access/policy";
import { Context } from "../core/context";
import { functionOf } from "./asynchronous";

/** Whether the function lets the service in. `about` is what the policy's conditions may look at. */
export async function functionLetsIn(
  { moto }: Context,
  region: string,
  functionArn: string,
  service: string,
  about: Record<string, string>,
): Promise<boolean> {
  const { Policy } = await moto
    .lambda(region)
    .send(new GetPolicyCommand({ FunctionName: functionOf(functionArn) }))
    .catch(() => ({ Policy: undefined }));
  const statements: Statement[] = Policy ? list(JSON.parse(Policy).Statement) : [];
  const ofService = statements.filter(
    ({ Principal }) => typeof Principal === "object" && list(Principal.Service).includes(service),
  );
  const question = { action: "lambda:InvokeFunction", resource: functionArn, context: about };
  return decide([{ Statement: ofService }], question) === "Allow";
}
