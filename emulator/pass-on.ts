// Handing a request to moto, byte for byte; only what moto has no answer for gets one of our own.

import { FastifyReply, FastifyRequest } from "fastify";
import { nameOf } from "./calls";

/** What @fastify/reply-from hands to `onResponse`: moto's answer, not yet sent on. */
interface Answer {
  stream: NodeJS.ReadableStream;
  statusCode: number;
  headers: Record<string, string | undefined>;
}

/** Passes the request on; `onBody` sees the body of a success before the client does. */
export function passOn(
  request: FastifyRequest,
  reply: FastifyReply,
  onBody?: (body: string) => void,
): FastifyReply {
  const hasBody = Buffer.isBuffer(request.body) && request.body.length > 0;
  return reply.from(request.url.split("?")[0], {
    // Given with its type, the body is not encoded anew.
    ...(hasBody && {
      body: request.body,
      contentType: request.headers["content-type"] ?? "application/octet-stream",
    }),
    onResponse: (_request, inner, response) => {
      const { stream, statusCode, headers } = response as unknown as Answer;
      // A web page is how moto's server says that it does not know the operation, or that it broke.
      if (statusCode >= 400 && headers["content-type"]?.startsWith("text/html")) {
        stream.resume();
        refuse(request, inner as unknown as FastifyReply);
      } else if (onBody && statusCode < 300) {
        void read(stream).then((body) => {
          onBody(body);
          inner.send(body);
        });
      } else {
        inner.send(stream);
      }
    },
  });
}

async function read(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** An error in the protocol of the request, with a status that no SDK tries again. */
function refuse(request: FastifyRequest, reply: FastifyReply): void {
  const operation = nameOf(request) ?? `${request.method} ${request.url.split("?")[0]}`;
  const message = `${operation} is not emulated by the local cloud: moto, which stands behind it, has no answer.`;
  reply.code(501).removeHeader("content-length");
  if (!request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    reply.header("x-amzn-errortype", "NotEmulated").type("application/json");
    reply.send(JSON.stringify({ __type: "NotEmulated", message }));
    return;
  }
  const error = `<Error><Code>NotEmulated</Code><Message>${message}</Message></Error>`;
  reply.type("text/xml");
  // EC2's protocol has another envelope than that of the other query services.
  reply.send(
    /\/ec2\/aws4_request/.test(request.headers.authorization ?? "")
      ? `<Response><Errors>${error}</Errors><RequestID>${request.id}</RequestID></Response>`
      : `<ErrorResponse>${error}<RequestId>${request.id}</RequestId></ErrorResponse>`,
  );
}
