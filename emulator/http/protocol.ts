// What AWS's wire protocols have in common: who calls what, and how an error looks.

import { FastifyReply, FastifyRequest } from "fastify";
import { AwsError } from "../core/errors";

export interface Signature {
  accessKeyId: string;
  region: string;
  service: string;
}

/** Who calls, for what service in which region: the scope of the SigV4 signature. */
export function signatureOf(request: FastifyRequest): Signature | undefined {
  const scope = /Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(
    request.headers.authorization ?? "",
  );
  return scope ? { accessKeyId: scope[1], region: scope[2], service: scope[3] } : undefined;
}

/** The key with which a request is signed; what the stand-in for cloudhsm-cli asks of an HSM only names it. */
export const accessKeyOf = (request: FastifyRequest): string =>
  signatureOf(request)?.accessKeyId ?? String(request.headers["x-local-access-key-id"] ?? "");

/** Whether it is of AWS's query protocol: a form, answered by XML. */
export const isQuery = (request: FastifyRequest): boolean =>
  request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ?? false;

/** The operation of a JSON or query protocol, `Invoke`, the command that an HSM was given, or method and path. */
export function operationOf(request: FastifyRequest): string {
  const target = request.headers["x-amz-target"];
  if (target) return String(target).split(".").pop()!;
  const [path] = request.url.split("?");
  if (path.startsWith("/_local/hsm/")) return `hsm ${path.split("/").pop()}`;
  if (path.endsWith("/invocations")) return "Invoke";
  const action = isQuery(request) && new URLSearchParams(String(request.body)).get("Action");
  return action || `${request.method} ${path}`;
}

/** False for an operation that only asks, of AWS's services or of an HSM. */
export const changesSomething = (operation: string): boolean =>
  !/^(Describe|List|Get|GET |hsm (\S+-list|hsm-info)$)/.test(operation);

/** The JSON object that a request's body holds; an empty body is an empty one. */
export function jsonBody(request: FastifyRequest, errorCode: string): Record<string, any> {
  let body: unknown;
  try {
    body = JSON.parse(String(request.body ?? "") || "{}");
  } catch {
    throw new AwsError(errorCode, "The request's body is not valid JSON.");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new AwsError(errorCode, "The request's body is not a JSON object.");
  return body;
}

/** Sends an error in the protocol of the request. */
export function sendError(request: FastifyRequest, reply: FastifyReply, error: AwsError): FastifyReply {
  const { code, message, status, details } = error;
  reply.code(status).removeHeader("content-length").header("x-amzn-errortype", code);
  if (!isQuery(request))
    return reply
      .type("application/x-amz-json-1.1")
      .send(JSON.stringify({ __type: code, message, Message: message, ...details }));
  const shown = `<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error>`;
  reply.type("text/xml");
  // EC2's protocol has another envelope than that of the other query services.
  return reply.send(
    signatureOf(request)?.service === "ec2"
      ? `<Response><Errors>${shown}</Errors><RequestID>${request.id}</RequestID></Response>`
      : `<ErrorResponse>${shown}<RequestId>${request.id}</RequestId></ErrorResponse>`,
  );
}

export const escapeXml = (text: string): string =>
  text.replace(/[<>&]/g, (c) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;" })[c]!);
