// Handing a request to moto, byte for byte.

import { FastifyReply, FastifyRequest } from "fastify";

/** Passes the request on; `onBody` sees the body of a success before the client does. */
export function passOn(request: FastifyRequest, reply: FastifyReply, onBody?: (body: string) => void): FastifyReply {
  const hasBody = Buffer.isBuffer(request.body) && request.body.length > 0;
  return reply.from(request.url.split("?")[0], {
    // Given with its type, the body is not encoded anew.
    ...(hasBody && { body: request.body, contentType: request.headers["content-type"] ?? "application/octet-stream" }),
    ...(onBody && {
      onResponse: (_request, inner, response) => {
        const { stream, statusCode } = response as unknown as { stream: NodeJS.ReadableStream; statusCode: number };
        void (async () => {
          const chunks: Buffer[] = [];
          for await (const chunk of stream) chunks.push(chunk as Buffer);
          const text = Buffer.concat(chunks).toString();
          if (statusCode < 300) onBody(text);
          inner.send(text);
        })();
      },
    }),
  });
}
