// The front door: one port, where each call goes to the service that answers it, or on to moto.

import { randomUUID } from "node:crypto";
import replyFrom from "@fastify/reply-from"; // Fastify's own proxy
import Fastify, { FastifyInstance } from "fastify";
import { checkAccess, checkKeysLetAdministrator } from "../access/access";
import { adminRoutes } from "../testing/admin";
import { Alarms } from "../cloudwatch/alarms";
import { cloudHsm } from "../cloudhsm/service";
import { Context, Service } from "../core/context";
import { AwsError, Unreachable } from "../core/errors";
import { Faults } from "../testing/faults";
import { fsx } from "../fsx/service";
import { kms } from "../kms/service";
import { checkInlineSize } from "../access/policy-size";
import { simulate } from "../access/simulation";
import { checkVpcQuotas } from "../ec2/quotas";
import { AsynchronousRuns } from "../lambda/asynchronous";
import { Functions } from "../lambda/functions";
import { lambdaRoutes } from "../lambda/routes";
import { loadModel, validate } from "./models";
import { wayToService } from "../lambda/network";
import { passOn } from "./pass-on";
import { Persistence } from "../testing/persistence";
import { changesSomething, jsonBody, operationOf, sendError, signatureOf } from "./protocol";
import { rewriteCborUrl, translateCbor } from "./rpc-v2-cbor";
import { CallEvents } from "../events/calls";
import { CallRecord } from "../testing/record";
import { serviceQuotas } from "../service-quotas/service";
import { Rotations } from "../secrets-manager/rotation";
import { schedulerRoutes } from "../scheduler/schedules";
import { Timeline } from "../core/timeline";

/** Lambda takes 50 MB as a zip, a third more as base64; nothing that a client sends is larger. */
const BODY_LIMIT = 80 * 1024 * 1024;

export async function buildServer(
  context: Context,
  functions: () => Functions,
  persistence: Persistence,
): Promise<FastifyInstance> {
  const server = Fastify({
    bodyLimit: BODY_LIMIT,
    rewriteUrl: rewriteCborUrl,
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
  });
  await server.register(replyFrom, { base: context.moto.url });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

  const model = (name: string) => loadModel(context.moto.modelFolder, name);
  const services = new Map<string, Service>();
  for (const service of [
    cloudHsm(context, model("cloudhsmv2")),
    kms(context, model("kms")),
    fsx(context, model("fsx")),
    serviceQuotas(context, model("service-quotas")),
  ])
    services.set(service.model.metadata.targetPrefix, service);

  translateCbor(server, () => [
    ...[...services.values()].map((service) => service.model),
    model("cloudwatch"),
    model("acm-pca"),
  ]);
  server.addHook("onSend", async (request, reply) => {
    reply.header("x-amzn-requestid", request.id);
  });

  context.lookups.register(server);
  const record = new CallRecord(context, functions);
  record.register(server);
  server.addHook("preHandler", async (request) => {
    const signature = signatureOf(request);
    if (!signature) return;
    const caller = functions().callerOf(signature.accessKeyId);
    const endpoint = caller?.vpcId ? await wayToService(context, caller, signature.service) : undefined;
    if (caller?.vpcId && !endpoint)
      throw new Unreachable(`${caller.functionName} has no way to ${signature.service}`);
    const issued = context.credentials.find(signature.accessKeyId);
    if (issued) await checkAccess(context, request, signature, issued, endpoint);
    else await checkKeysLetAdministrator(context, request, signature);
  });

  new Faults(context, functions).register(server);
  new Timeline(context.cloud).register(server);
  persistence.register(server);

  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (error instanceof Unreachable) {
      record.note(request, 0);
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    if (error instanceof AwsError) return sendError(request, reply, error);
    const status = error.statusCode ?? 500;
    if (status >= 500 && !request.raw.socket.destroyed) console.error(error);
    const code = status < 500 ? "BadRequestException" : "InternalFailure";
    return sendError(request, reply, new AwsError(code, error.message, status));
  });

  adminRoutes(server, context, functions);
  const asynchronous = new AsynchronousRuns(context, functions);
  lambdaRoutes(server, context, functions, asynchronous);
  schedulerRoutes(server, context, asynchronous);
  new CallEvents(context, asynchronous).register(server);
  const alarms = new Alarms(context);
  const rotations = new Rotations(context, functions);

  server.all("/*", async (request, reply) => {
    const [prefix, operation] = String(request.headers["x-amz-target"] ?? "").split(".");
    const service = services.get(prefix);
    const signature = signatureOf(request);
    // moto takes an unsigned request for one to S3 and may well grant it.
    if (!signature)
      throw new AwsError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
    if (signature.service === "sts" && operationOf(request) === "AssumeRole")
      return passOn(request, reply, (answer) =>
        context.credentials.noteAssumedRole(new URLSearchParams(String(request.body)), answer),
      );
    if (signature.service === "monitoring") {
      const operation = operationOf(request);
      if (operation === "PutMetricAlarm") return passOn(request, reply, () => alarms.watch(signature.region));
      if (operation === "SetAlarmState") return alarms.setState(signature.region, request, reply);
      if (operation === "DescribeAlarmHistory")
        return alarms.history.describe(signature.region, request, reply);
    }
    if (signature.service === "secretsmanager") {
      const operation = operationOf(request);
      if (operation === "RotateSecret") return rotations.rotate(request, reply);
      if (operation === "CancelRotateSecret")
        return passOn(request, reply, (body) => rotations.forget(signature.region, JSON.parse(body).ARN));
    }
    if (signature.service === "iam") {
      const operation = operationOf(request);
      if (operation === "SimulatePrincipalPolicy") return simulate(context, request, reply);
      if (operation === "PutRolePolicy")
        await checkInlineSize(context, new URLSearchParams(String(request.body)));
    }
    if (signature.service === "ec2") {
      // What is over by now, network interfaces for one.
      await context.cloud.exclusively(async () => {});
      const operation = operationOf(request);
      if (operation === "CreateVpc" || operation === "CreateVpcEndpoint")
        await checkVpcQuotas(context, signature.region, operation, new URLSearchParams(String(request.body)));
    }
    if (!service) return passOn(request, reply);
    if (!Object.hasOwn(service.model.operations, operation ?? ""))
      throw new AwsError("UnknownOperationException", `${prefix} has no operation ${operation}.`);
    const implementation = Object.hasOwn(service.operations, operation) && service.operations[operation];
    if (!implementation) {
      if (service.motoAnswersTheRest) return passOn(request, reply);
      throw new AwsError("NotEmulated", `${operation} is not emulated by the local cloud yet.`, 501);
    }
    const output = await context.cloud.exclusively(async () => {
      const input = jsonBody(request, "SerializationException");
      validate(service.model, operation, input, service.validationError);
      return implementation(input, {
        regionName: signature.region,
        region: context.cloud.region(signature.region),
        headers: request.headers,
        caller: context.credentials.find(signature.accessKeyId),
      });
    }, changesSomething(operation));
    if (output === undefined) return passOn(request, reply);
    return reply.type("application/x-amz-json-1.1").send(JSON.stringify(output));
  });
  return server;
}
