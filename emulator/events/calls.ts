// EventBridge's events of API calls, for the services that are emulated here: moto keeps the rules, this matches them and invokes their
// functions. Source: «AWS service events delivered via AWS CloudTrail», Amazon EventBridge User Guide. The trail that it wants is taken
// for granted.

import { randomUUID } from "node:crypto";
import { ListRulesCommand, ListTargetsByRuleCommand, Rule, Target } from "@aws-sdk/client-eventbridge";
import { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Context } from "../core/context";
import { AsynchronousRuns, functionOf } from "../lambda/asynchronous";
import { functionLetsIn } from "../lambda/function-policy";
import { accessKeyOf, operationOf, signatureOf } from "../http/protocol";

const SERVICES = ["cloudhsm", "kms"];
/** Data events and what only reads: none of these is a management event that EventBridge tells of. */
const QUIET = /^(Describe|List|Get|Encrypt|Decrypt|ReEncrypt|Generate)/;

type Json = { [name: string]: Json | Json[] | string | undefined };

export class CallEvents {
  /** By region, until somebody calls EventBridge there. */
  private readonly rules = new Map<string, Rule[]>();

  constructor(
    private readonly context: Context,
    private readonly asynchronous: AsynchronousRuns,
  ) {}

  register(server: FastifyInstance): void {
    server.addHook("onSend", async (request, reply) => this.note(request, reply));
  }

  private note(request: FastifyRequest, reply: FastifyReply): void {
    const signature = signatureOf(request);
    const operation = operationOf(request);
    if (signature?.service === "events") this.rules.delete(signature.region);
    if (!signature || !SERVICES.includes(signature.service) || QUIET.test(operation)) return;
    const error = reply.statusCode >= 400 ? String(reply.getHeader("x-amzn-errortype") ?? "") : undefined;
    const { region, service } = signature;
    const event = {
      id: randomUUID(),
      "detail-type": "AWS API Call via CloudTrail",
      source: `aws.${service}`,
      region,
      detail: {
        eventTime: new Date(this.context.cloud.now()).toISOString().replace(/\.\d+Z/, "Z"),
        eventSource: `${service}.amazonaws.com`,
        eventName: operation,
        sourceIPAddress: request.ip,
        userIdentity: { arn: this.callerArn(request) },
        requestParameters: parametersOf(request),
        ...(error !== undefined && { errorCode: error || "Unknown" }),
      },
    };
    // The caller does not wait for it, and a cloud that has been stopped meanwhile has no rules.
    void this.deliver(region, event).catch(() => undefined);
  }

  private callerArn(request: FastifyRequest): string {
    const { cloud, credentials } = this.context;
    return (
      credentials.find(accessKeyOf(request))?.principalArn ??
      `arn:aws:iam::${cloud.accountId}:user/administrator`
    );
  }

  private async deliver(region: string, event: Json): Promise<void> {
    const events = this.context.moto.events(region);
    if (!this.rules.has(region))
      this.rules.set(region, (await events.send(new ListRulesCommand({}))).Rules ?? []);
    for (const rule of this.rules.get(region)!) {
      if (rule.State !== "ENABLED" || !rule.EventPattern || !matches(JSON.parse(rule.EventPattern), event))
        continue;
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: rule.Name! }));
      for (const target of Targets) await this.invoke(region, rule.Arn!, target, event);
    }
  }

  private async invoke(region: string, ruleArn: string, target: Target, event: Json): Promise<void> {
    const name = functionOf(target.Arn!);
    if (!name) return console.error(`A target of ${target.Arn} is not emulated.`);
    // Source: «Using resource-based policies for EventBridge», Amazon EventBridge User Guide.
    const about = { "aws:SourceArn": ruleArn, "AWS:SourceArn": ruleArn };
    if (!(await functionLetsIn(this.context, region, target.Arn!, "events.amazonaws.com", about))) return;
    this.asynchronous.begin(region, name, transformed(target, event));
  }
}

/** "requestParameters" of CloudTrail: as they were sent, their names beginning small; nothing of a secret. */
function parametersOf(request: FastifyRequest): Json {
  try {
    const body = JSON.parse(String(request.body));
    return Object.fromEntries(
      Object.entries<string>(body)
        .filter(([name]) => !/password/i.test(name))
        .map(([name, value]) => [name[0].toLowerCase() + name.slice(1), value]),
    );
  } catch {
    return {};
  }
}

/** Lists of values, at any depth; other filters of patterns are not emulated. */
function matches(pattern: Record<string, any>, event: Json): boolean {
  return Object.entries(pattern).every(([name, wanted]) =>
    Array.isArray(wanted) ? wanted.includes(event?.[name]) : matches(wanted, (event?.[name] ?? {}) as Json),
  );
}

/** "A variable to match a JSON path that doesn't exist … won't appear in the output": «Input transformation», User Guide. */
function transformed({ Input, InputTransformer }: Target, event: Json): string {
  if (!InputTransformer) return Input ?? JSON.stringify(event);
  const { InputPathsMap = {}, InputTemplate = "" } = InputTransformer;
  return Object.entries(InputPathsMap).reduce((text, [variable, path]) => {
    const value = path
      .split(".")
      .slice(1)
      .reduce<any>((node, name) => node?.[name], event);
    return text.replaceAll(`<${variable}>`, value === undefined ? "" : String(value).replaceAll('"', '\\"'));
  }, InputTemplate);
}
