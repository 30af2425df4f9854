// EventBridge Scheduler: moto keeps the schedules, this makes them fire, in emulated time.

import { GetRoleCommand } from "@aws-sdk/client-iam";
import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { FastifyInstance, FastifyRequest } from "fastify";
import { mayRole, roleNameOf } from "../access/access";
import { decide, list, Statement } from "../access/policy";
import { Context } from "../core/context";
import { AwsError } from "../core/errors";
import { AsynchronousRuns, functionOf } from "../lambda/asynchronous";
import { passOn } from "../http/pass-on";
import { jsonBody, signatureOf } from "../http/protocol";
import { sendToQueue } from "../lambda/queues";
import { parseExpression } from "./expression";

/** Of a schedule that will fire: enough to know when again. */
interface Due {
  group: string;
  name: string;
  expression: string;
  timezone: string;
}

const DUE = "schedule due";
const SCHEDULER = "scheduler.amazonaws.com";

export function schedulerRoutes(
  server: FastifyInstance,
  context: Context,
  asynchronous: AsynchronousRuns,
): void {
  const schedules = new Schedules(context, asynchronous);
  type Named = { Params: { name: string }; Querystring: { groupName?: string } };

  const put = async (request: FastifyRequest<Named>, reply: any) => {
    const input = jsonBody(request, "ValidationException");
    const { ScheduleExpression, ScheduleExpressionTimezone, FlexibleTimeWindow, Target, State } = input;
    parseExpression(String(ScheduleExpression), ScheduleExpressionTimezone);
    if (FlexibleTimeWindow?.Mode !== "OFF")
      throw new AwsError("NotEmulated", "A flexible time window is not emulated by the local cloud.", 501);
    const { region } = signatureOf(request)!;
    await schedules.checkTarget(region, input.GroupName ?? "default", Target);
    const due = {
      group: input.GroupName ?? "default",
      name: request.params.name,
      expression: ScheduleExpression,
      timezone: ScheduleExpressionTimezone ?? "UTC",
    };
    return passOn(request, reply, () => schedules.set(region, due, State !== "DISABLED"));
  };
  server.post<Named>("/schedules/:name", put);
  server.put<Named>("/schedules/:name", put);
  server.delete<Named>("/schedules/:name", async (request, reply) => {
    const { region } = signatureOf(request)!;
    const group = request.query.groupName ?? "default";
    return passOn(request, reply, () => schedules.forget(region, group, request.params.name));
  });
}

class Schedules {
  constructor(
    private readonly context: Context,
    private readonly asynchronous: AsynchronousRuns,
  ) {
    context.cloud.on(DUE, (region, due) => this.fire(region, JSON.parse(due)));
  }

  /** "The execution role you provide must allow AWS EventBridge Scheduler to assume the role": CreateSchedule. */
  async checkTarget(region: string, group: string, target: { Arn: string; RoleArn: string }): Promise<void> {
    if (!functionOf(target?.Arn ?? ""))
      throw new AwsError("NotEmulated", "Of targets the local cloud has Lambda functions only.", 501);
    if (!(await this.isTrusted(region, group, String(target.RoleArn))))
      throw new AwsError(
        "ValidationException",
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
      );
  }

  /** Source of the keys: «Confused deputy prevention in EventBridge Scheduler», EventBridge Scheduler User Guide. */
  private async isTrusted(region: string, group: string, roleArn: string): Promise<boolean> {
    const { Role } = await this.context.moto
      .iam("us-east-1")
      .send(new GetRoleCommand({ RoleName: roleNameOf(roleArn) }))
      .catch(() => ({ Role: undefined }));
    if (!Role) return false;
    const { Statement: all } = JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument!));
    const statements = list<Statement>(all)
      .filter(({ Principal = {} }) => Principal !== "*" && list(Principal.Service).includes(SCHEDULER))
      .map((statement) => ({ ...statement, Resource: "*" })); // it is the role's own
    const { accountId } = this.context.cloud;
    const context = {
      "aws:SourceAccount": accountId,
      "aws:SourceArn": `arn:aws:scheduler:${region}:${accountId}:schedule-group/${group}`,
    };
    const question = { action: "sts:AssumeRole", resource: "*", context };
    return decide([{ Statement: statements }], question) === "Allow";
  }

  set(region: string, due: Due, enabled: boolean): void {
    this.forget(region, due.group, due.name);
    if (enabled) this.plan(region, due);
  }

  forget(region: string, group: string, name: string): void {
    for (const id of this.context.cloud.pending(DUE, region)) {
      const due: Due = JSON.parse(id);
      if (due.group === group && due.name === name) this.context.cloud.cancel(DUE, region, id);
    }
  }

  private plan(region: string, due: Due): void {
    const { cloud } = this.context;
    const at = parseExpression(due.expression, due.timezone)(cloud.now());
    if (at === undefined) return;
    cloud.scheduleAndWake(at, DUE, region, JSON.stringify(due));
  }

  private async fire(region: string, due: Due): Promise<void> {
    const schedule = await this.context.moto
      .scheduler(region)
      .send(new GetScheduleCommand({ GroupName: due.group, Name: due.name }))
      .catch(() => undefined);
    if (!schedule) return; // deleted with its group
    this.plan(region, due);
    const { Arn, RoleArn, Input = "{}", DeadLetterConfig } = schedule.Target!;
    const scheduledAt = new Date(Math.floor(this.context.cloud.now() / 1000) * 1000).toISOString();
    // Source: «Adding context attributes», EventBridge Scheduler User Guide.
    const payload = Input.replaceAll("<aws.scheduler.scheduled-time>", scheduledAt.replace(".000Z", "Z"));
    const question = { action: "lambda:InvokeFunction", resource: Arn!, context: {} };
    const roleName = roleNameOf(RoleArn!);
    if ((await mayRole(this.context, roleName, question)) === "Allow")
      this.asynchronous.begin(region, functionOf(Arn!)!, payload);
    else if (DeadLetterConfig?.Arn)
      // Source of the attributes: «Configuring a dead-letter queue», EventBridge Scheduler User Guide.
      await sendToQueue(this.context, region, roleName, DeadLetterConfig.Arn, payload, {
        ERROR_CODE: "AccessDeniedException",
        SCHEDULE_ARN: schedule.Arn!,
        TARGET_ARN: Arn!,
      });
  }
}
