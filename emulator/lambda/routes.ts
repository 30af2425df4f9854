// Lambda's REST paths that the local cloud takes part in: code that is uploaded, functions that are invoked.

import { FastifyInstance, FastifyRequest } from "fastify";
import { mayRole } from "../access/access";
import { Context } from "../context";
import { AwsError } from "../errors";
import { passOn } from "../pass-on";
import { signatureOf } from "../protocol";
import { Functions } from "./functions";

export function lambdaRoutes(server: FastifyInstance, context: Context, functions: () => Functions): void {
  type Named = { Params: { name: string } };

  const keepCode = (key: string, encoded: string | undefined) => {
    if (encoded) functions().code.keep(key, Buffer.from(encoded, "base64"));
  };
  const body = (request: FastifyRequest) => JSON.parse(String(request.body || "{}"));

  server.post("/2015-03-31/functions", async (request, reply) => {
    const { FunctionName, Code, Role, VpcConfig } = body(request);
    if (VpcConfig?.SubnetIds?.length) await checkVpcAccess(context, String(Role));
    keepCode(nameOf(FunctionName ?? ""), Code?.ZipFile);
    return passOn(request, reply);
  });
  server.put<Named>("/2015-03-31/functions/:name/code", async (request, reply) => {
    keepCode(nameOf(request.params.name), body(request).ZipFile);
    return passOn(request, reply);
  });

  server.post<Named>("/2018-10-31/layers/:name/versions", async (request, reply) => {
    const encoded: string | undefined = body(request).Content?.ZipFile;
    return passOn(request, reply, (answer) => keepCode(JSON.parse(answer).LayerVersionArn, encoded));
  });

  server.post<Named>("/2015-03-31/functions/:name/invocations", async (request, reply) => {
    const region = signatureOf(request)?.region;
    if (!region)
      throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
    const name = nameOf(request.params.name);
    const payload = String(request.body ?? "") || "{}";
    try {
      JSON.parse(payload);
    } catch {
      throw new AwsError("InvalidRequestContentException", "Could not parse request body into json.");
    }
    const type = request.headers["x-amz-invocation-type"] ?? "RequestResponse";
    if (type === "DryRun") return reply.code(204).send();
    if (type === "Event") {
      void functions().invoke(region, name, payload).catch(console.error);
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
    if ((await mayRole(context, roleArn.split("/").pop()!, question)) !== "Allow")
      throw new AwsError(
        "InvalidParameterValueException",
        `The provided execution role does not have permissions to call ${operation} on EC2`,
      );
  }
}

/** A function may be named by its name, its ARN or a part of the ARN. */
const nameOf = (identifier: string): string => {
  const decoded = decodeURIComponent(identifier);
  const parts = decoded.split(":");
  const at = parts.indexOf("function");
  return at >= 0 ? parts[at + 1] : parts[0];
};
