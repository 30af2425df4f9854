// Smithy's protocol RPC v2 CBOR, which newer SDKs speak to CloudWatch, AWS provider 6 among them: a request becomes one of AWS's JSON protocol, as
// moto knows it, and its answer is given back as CBOR. Source: «Smithy RPC v2 CBOR protocol», smithy.io/2.0.

import { IncomingMessage } from "node:http";
import { cbor, tag, tagSymbol } from "@smithy/core/cbor"; // the reader and writer of AWS's own SDK
import { FastifyInstance, FastifyRequest } from "fastify";
import type { ServiceModel } from "./models";

const PROTOCOL = "rpc-v2-cbor";
/** CBOR's tag of seconds since 1970. */
const EPOCH = 1;

const speaksCbor = ({ headers }: Pick<IncomingMessage, "headers">): boolean =>
  headers["smithy-protocol"] === PROTOCOL;

/** The protocol has the operation in the path, where the JSON protocol has it in a header. */
export function rewriteCborUrl(request: IncomingMessage): string {
  const url = request.url ?? "/";
  const [, service, operation] = /^\/service\/(\w+)\/operation\/(\w+)$/.exec(url) ?? [];
  if (!operation || !speaksCbor(request)) return url;
  request.headers["x-amz-target"] = `${service}.${operation}`;
  return "/";
}

/** To be registered before all that reads a request's body. `models` are those of the services that speak it, read once one does. */
export function translateCbor(server: FastifyInstance, models: () => ServiceModel[]): void {
  let read: ServiceModel[] | undefined;
  server.addHook("preValidation", async (request) => {
    if (!speaksCbor(request)) return;
    const body =
      Buffer.isBuffer(request.body) && request.body.length > 0 ? cbor.deserialize(request.body) : {};
    request.body = Buffer.from(JSON.stringify(body, untagged));
    request.headers["content-type"] = "application/x-amz-json-1.0";
  });
  server.addHook("onSend", async (request, reply, payload) => {
    if (!speaksCbor(request)) return payload;
    const text = await textOf(payload);
    const answer = text ? JSON.parse(text) : {};
    reply.removeHeader("content-length");
    reply.type("application/cbor").header("smithy-protocol", PROTOCOL);
    return Buffer.from(
      cbor.serialize(reply.statusCode < 300 ? timed(request, (read ??= models()), answer) : answer),
    );
  });
}

/** JSON's timestamps are plain numbers. */
const untagged = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && tagSymbol in value
    ? (value as { value?: unknown }).value
    : value;

async function textOf(payload: unknown): Promise<string> {
  if (typeof payload === "string" || Buffer.isBuffer(payload)) return payload.toString();
  const chunks: Buffer[] = [];
  for await (const chunk of (payload ?? []) as AsyncIterable<Buffer>) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** The answer with its timestamps as CBOR has them; only the model tells them from other numbers. */
function timed(request: FastifyRequest, models: ServiceModel[], answer: unknown): unknown {
  const [prefix, operation] = String(request.headers["x-amz-target"]).split(".");
  const model = models.find(({ metadata }) => metadata.targetPrefix === prefix);
  const output = model?.operations[operation]?.output?.shape;
  return model && output ? ofShape(model, output, answer) : answer;
}

function ofShape(model: ServiceModel, name: string, value: any): unknown {
  if (value === null || value === undefined) return undefined;
  const { type, members = {}, member, value: item } = model.shapes[name];
  if (type === "timestamp")
    return tag({ tag: EPOCH, value: typeof value === "number" ? value : Date.parse(value) / 1000 });
  if (type === "structure")
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [
        key,
        members[key] ? ofShape(model, members[key].shape, one) : one,
      ]),
    );
  if (type === "list") return value.map((one: unknown) => ofShape(model, member!.shape, one));
  if (type === "map")
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, ofShape(model, item!.shape, one)]),
    );
  return value;
}
