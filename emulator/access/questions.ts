// Authorization requests of a call: the actions, their resources, and what the conditions may look at. Each service says it in its access.ts.
// Source: «Actions, resources, and condition keys» of each service, Service Authorization Reference.

import type { FastifyRequest } from "fastify";
import type { Context, KeyQuestion } from "../core/context";
import { operationOf, Signature } from "../http/protocol";
import type { Question } from "./policy";

/** What a service does in its caller's name. */
export const inCallersName = (action: string): Question => ({
  action,
  resource: "*",
  context: { "aws:ViaAWSService": "true" },
});

export async function questionsOf(
  context: Context,
  request: FastifyRequest,
  { service, region }: Signature,
): Promise<KeyQuestion[]> {
  const operation = operationOf(request);
  const plain = (resource: string): Question => ({
    action: `${service}:${operation}`,
    resource,
    context: { "aws:ViaAWSService": "false" },
  });
  const arn = (rest: string) => `arn:aws:${service}:${region}:${context.cloud.accountId}:${rest}`;
  const body = String(request.body);
  const ask = context.accessQuestions[service] ?? (() => [plain("*")]);
  return ask({ context, service, region, operation, input: inputOf(request), body, arn, plain });
}

function inputOf(request: FastifyRequest): Record<string, any> {
  try {
    return request.headers["x-amz-target"] ? JSON.parse(String(request.body)) : {};
  } catch {
    return {}; // the service will say so
  }
}
