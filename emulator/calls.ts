// Which calls took effect and how often, and answers that get lost: by it a test interrupts a deploy at a given step.

import { FastifyInstance, FastifyRequest } from "fastify";
import { AwsError } from "./errors";

/**
 * `GET /_local/calls`: how often each call, such as `CreateCluster` or `Invoke`, has succeeded.
 * `POST /_local/lose-answer {"call": "CreateHsm", "times": 2}`: the second success's answer never comes; it took effect.
 */
export function callRoutes(server: FastifyInstance): void {
  const counts: Record<string, number> = {};
  const lost = new Map<string, number>();

  server.addHook("onSend", async (request, reply) => {
    const name = nameOf(request);
    if (!name || reply.statusCode >= 300) return;
    counts[name] = (counts[name] ?? 0) + 1;
    if (lost.get(name) !== counts[name]) return;
    lost.delete(name);
    await new Promise(() => {}); // until the client gives up
  });
  server.get("/_local/calls", async () => counts);
  server.post("/_local/lose-answer", async (request) => {
    const { call, times } = JSON.parse(String(request.body || "{}"));
    if (typeof call !== "string" || !(times > (counts[call] ?? 0)))
      throw new AwsError(
        "ValidationException",
        'Send {"call": NAME, "times": N}; N is higher than its count so far.',
      );
    lost.set(call, times);
    return { call, times };
  });
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
