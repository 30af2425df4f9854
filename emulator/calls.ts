// Which calls took effect, and how often: by it a test knows how far a deploy has come.

import { FastifyInstance, FastifyRequest } from "fastify";

/** Registers `GET /_local/calls`: counts of successful calls by name, such as `CreateCluster` or `Invoke`. */
export function countCalls(server: FastifyInstance): void {
  const counts: Record<string, number> = {};
  server.addHook("onResponse", async (request, reply) => {
    const name = nameOf(request);
    if (name && reply.statusCode < 300) counts[name] = (counts[name] ?? 0) + 1;
  });
  server.get("/_local/calls", async () => counts);
}

/** The operation of a JSON or query protocol, Lambda's invocation, or the command that an HSM was given. */
export function nameOf(request: FastifyRequest): string | undefined {
  const target = request.headers["x-amz-target"];
  if (target) return String(target).split(".")[1];
  const [path] = request.url.split("?");
  if (path.startsWith("/_local/hsm/")) return `hsm ${path.split("/").pop()}`;
  if (path.endsWith("/invocations")) return "Invoke";
  if (
    Buffer.isBuffer(request.body) &&
    request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")
  )
    return new URLSearchParams(request.body.toString()).get("Action") ?? undefined;
  return undefined;
}
