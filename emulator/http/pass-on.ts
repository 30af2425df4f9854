// Handing a request to moto, byte for byte; only what moto has no answer for gets one of our own.

import { FastifyReply, FastifyRequest } from "fastify";
import { AwsError } from "../core/errors";
import { operationOf, sendError } from "./protocol";

/** What @fastify/reply-from hands to `onResponse`: moto's answer, not yet sent on. */
interface Answer {
  stream: NodeJS.ReadableStream;
  statusCode: number;
  headers: Record<string, string | undefined>;
}

/** Passes the request on; `onBody` sees the body of a success before the client does, and may give another one. */
export function passOn(
  request: FastifyRequest,
  reply: FastifyReply,
  onBody?: (body: string) => unknown,
): FastifyReply {
  const hasBody = Buffer.isBuffer(request.body) && request.body.length > 0;
  return reply.from(request.url.split("?")[0], {
    // Given with its type, the body is not encoded again.
    ...(hasBody && {
      body: request.body,
      contentType: request.headers["content-type"] ?? "application/octet-stream",
    }),
    // "Expect: 100-continue" was answered when the body came, and the client that passes on knows no such header.
    rewriteRequestHeaders: (_request, { expect: _, ...headers }) => headers,
    onResponse: (_request, inner, response) => {
      const { stream, statusCode, headers } = response as unknown as Answer;
      // A web page is how moto's server says that it does not know the operation, or that it broke; an answer to HEAD has none.
      if (
        statusCode >= 400 &&
        request.method !== "HEAD" &&
        headers["content-type"]?.startsWith("text/html")
      ) {
        stream.resume();
        sendError(request, inner as unknown as FastifyReply, notEmulated(operationOf(request)));
      } else if (onBody && statusCode < 300) {
        read(stream)
          .then(async (body) => {
            const other = await onBody(body);
            inner.removeHeader("content-length").send(typeof other === "string" ? other : body);
          })
          .catch((error) => inner.send(error));
      } else {
        inner.send(stream);
      }
    },
  });
}

/** With a status that no SDK tries again. */
const notEmulated = (operation: string) =>
  new AwsError(
    "NotEmulated",
    `${operation} is not emulated by the local cloud: moto, which stands behind it, has no answer.`,
    501,
  );

async function read(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
