// Lambda's REST paths that the local cloud takes part in: code that is uploaded, functions that are invoked.

import { FastifyInstance, FastifyRequest } from "fastify";
import { mayRole, roleNameOf } from "../access/access";
import { Context } from "../core/context";
import { AwsError } from "../core/errors";
import { passOn } from "../http/pass-on";
import { jsonBody, signatureOf } from "../http/protocol";
import { AsynchronousRuns } from "./asynchronous";
import { checkArchive } from "./code";
import { checkReservation } from "./concurrency";
import { codeKey, Functions } from "./functions";

/** «Lambda quotas», AWS Lambda Developer Guide. */
const MAX_EVENT: Record<string, number> = { RequestResponse: 6 * 1024 ** 2, Event: 1024 ** 2 };

export function lambdaRoutes(
  server: FastifyInstance,
  context: Context,
  functions: () => Functions,
  asynchronous: AsynchronousRuns,
): void {
  type Named = { Params: { name: string } };

  const body = (request: FastifyRequest) => jsonBody(request, "InvalidRequestContentException");
  const interfaces = () => functions().interfaces;
  const keep = (key: string, zip: Buffer | undefined) => zip && functions().code.keep(key, zip);

  server.post("/2015-03-31/functions", async (request, reply) => {
    const { FunctionName, Code, Role, VpcConfig } = body(request);
    const name = nameOf(String(FunctionName));
    const zip = await checkedZip(Code?.ZipFile);
    if (VpcConfig?.SubnetIds?.length) await checkVpcAccess(context, String(Role));
    const region = regionOf(request);
    return passOn(request, reply, async (answer) => {
      keep(codeKey(region, name), zip);
      await interfaces().connect(region, name, VpcConfig, "Creating");
      return JSON.stringify(await interfaces().shown(region, JSON.parse(answer)));
    });
  });
  server.put<Named>("/2015-03-31/functions/:name/code", async (request, reply) => {
    const name = nameOf(request.params.name);
    await interfaces().checkUpdate(regionOf(request), name);
    const zip = await checkedZip(body(request).ZipFile);
    return passOn(request, reply, () => keep(codeKey(regionOf(request), name), zip));
  });
  server.put<Named>("/2015-03-31/functions/:name/configuration", async (request, reply) => {
    const [name, region, { VpcConfig }] = [nameOf(request.params.name), regionOf(request), body(request)];
    await interfaces().checkUpdate(region, name);
    return passOn(request, reply, async (answer) => {
      if (!VpcConfig) return answer;
      await interfaces().connect(region, name, VpcConfig, "Updating");
      await interfaces().release(region);
      return JSON.stringify(await interfaces().shown(region, JSON.parse(answer)));
    });
  });
  server.get<Named>("/2015-03-31/functions/:name", async (request, reply) =>
    passOn(request, reply, async (answer) => {
      const { Configuration, ...rest } = JSON.parse(answer);
      return JSON.stringify({
        ...rest,
        Configuration: await interfaces().shown(regionOf(request), Configuration),
      });
    }),
  );
  server.get<Named>("/2015-03-31/functions/:name/configuration", async (request, reply) =>
    passOn(request, reply, async (answer) =>
      JSON.stringify(await interfaces().shown(regionOf(request), JSON.parse(answer))),
    ),
  );
  server.delete<Named>("/2015-03-31/functions/:name", async (request, reply) =>
    passOn(request, reply, () => interfaces().disconnect(regionOf(request), nameOf(request.params.name))),
  );

  server.put<Named>("/2017-10-31/functions/:name/concurrency", async (request, reply) => {
    const name = nameOf(request.params.name);
    await checkReservation(
      context,
      regionOf(request),
      name,
      Number(body(request).ReservedConcurrentExecutions),
    );
    return passOn(request, reply);
  });

  server.post<Named>("/2018-10-31/layers/:name/versions", async (request, reply) => {
    const zip = await checkedZip(body(request).Content?.ZipFile);
    return passOn(request, reply, (answer) => keep(JSON.parse(answer).LayerVersionArn, zip));
  });

  server.post<Named>("/2015-03-31/functions/:name/invocations", async (request, reply) => {
    const region = regionOf(request);
    const name = nameOf(request.params.name);
    const payload = String(request.body ?? "") || "{}";
    try {
      JSON.parse(payload);
    } catch {
      throw new AwsError("InvalidRequestContentException", "Could not parse request body into json.");
    }
    const type = String(request.headers["x-amz-invocation-type"] ?? "RequestResponse");
    const limit = MAX_EVENT[type];
    if (Buffer.byteLength(payload) > limit)
      throw new AwsError(
        "RequestTooLargeException",
        `${Buffer.byteLength(payload)} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`,
        413,
      );
    if (type === "DryRun") return reply.code(204).send();
    if (type === "Event") {
      asynchronous.begin(region, name, payload);
      return reply.code(202).send();
    }
    const outcome = await functions().invoke(region, name, payload);
    if (outcome.failed) reply.header("x-amz-function-error", "Unhandled");
    return reply.header("x-amz-executed-version", "$LATEST").type("application/json").send(outcome.payload);
  });
}

/** Lambda makes the function's network interfaces with its role: «Required IAM permissions», Lambda Developer Guide. */
async function checkVpcAccess(context: Context, roleArn: string): Promise<void> {
  for (const operation of ["CreateNetworkInterface", "DescribeNetworkInterfaces", "DeleteNetworkInterface"]) {
    const question = { action: `ec2:${operation}`, resource: "*", context: {} };
    if ((await mayRole(context, roleNameOf(roleArn), question)) !== "Allow")
      throw new AwsError(
        "InvalidParameterValueException",
        `The provided execution role does not have permissions to call ${operation} on EC2`,
      );
  }
}

function regionOf(request: FastifyRequest): string {
  const signature = signatureOf(request);
  if (!signature)
    throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
  return signature.region;
}

/** The archive that was uploaded as base64; one that cannot be unpacked safely is refused before anything is made. */
async function checkedZip(encoded: unknown): Promise<Buffer | undefined> {
  if (encoded === undefined) return undefined;
  const zip = Buffer.from(String(encoded), "base64");
  await checkArchive(zip);
  return zip;
}

/** A function may be named by its name, its ARN or a part of the ARN. */
function nameOf(identifier: string): string {
  const parts = decodeURIComponent(identifier).split(":");
  const at = parts.indexOf("function");
  const name = at >= 0 ? (parts[at + 1] ?? "") : parts[0];
  // FunctionName, CreateFunction, AWS Lambda API Reference.
  if (!/^[a-zA-Z0-9-_]{1,64}$/.test(name))
    throw new AwsError(
      "ValidationException",
      `${identifier} is no function name: letters, digits, - and _, at most 64.`,
    );
  return name;
}
