// Rotation by Secrets Manager: moto keeps the secrets, this calls their rotation functions, in emulated time.
// Source: «Lambda function rotation», AWS Secrets Manager User Guide; RotateSecret, API Reference.

import { randomUUID } from "node:crypto";
import {
  DescribeSecretCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { FastifyReply, FastifyRequest } from "fastify";
import { Context } from "../core/context";
import { AwsError } from "../core/errors";
import { passOn } from "../http/pass-on";
import { jsonBody, signatureOf } from "../http/protocol";
import { functionOf } from "../lambda/asynchronous";
import { functionLetsIn } from "../lambda/function-policy";
import { Functions } from "../lambda/functions";

const DUE = "secret rotation due";
const RUN = "secret rotation";
const PRINCIPAL = "secretsmanager.amazonaws.com";
const DAY = 24 * 3600 * 1000;

/** "createSecret", then the others: «Rotation steps», the same guide. */
const STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"];

interface Rotation {
  arn: string;
  token: string;
  steps: string[];
}

export class Rotations {
  constructor(
    private readonly context: Context,
    private readonly functions: () => Functions,
  ) {
    // Not awaited: the function calls this cloud, which waits for its handlers.
    context.cloud.on(RUN, (region, rotation) => void this.run(region, JSON.parse(rotation)));
    context.cloud.on(DUE, (region, arn) => this.again(region, arn));
  }

  /** RotateSecret, as its caller asks for it. */
  async rotate(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { region } = signatureOf(request)!;
    const input = jsonBody(request, "InvalidRequestException");
    const secret = await this.describe(region, input.SecretId);
    const functionArn = input.RotationLambdaARN ?? secret?.RotationLambdaARN;
    if (secret && !functionArn)
      throw new AwsError(
        "InvalidRequestException",
        "No Lambda rotation function ARN is associated with this secret.",
      );
    if (input.RotationRules?.ScheduleExpression)
      throw new AwsError(
        "NotEmulated",
        "A rotation's ScheduleExpression is not emulated by the local cloud.",
        501,
      );
    if (secret) await this.checkFunction(region, functionArn, secret.ARN!);
    return passOn(request, reply, async (body) => {
      const { ARN: arn, VersionId: token } = JSON.parse(body);
      await this.planNext(region, arn);
      // "If you don't immediately rotate the secret, Secrets Manager tests the rotation configuration by running the testSecret step".
      const steps = input.RotateImmediately === false ? ["testSecret"] : STEPS;
      const { cloud } = this.context;
      cloud.scheduleAndWake(
        cloud.now(),
        RUN,
        region,
        JSON.stringify({ arn, token, steps } satisfies Rotation),
      );
    });
  }

  forget(region: string, arn: string): void {
    this.context.cloud.cancel(DUE, region, arn);
  }

  private describe = (region: string, SecretId: string) =>
    this.context.moto
      .secrets(region)
      .send(new DescribeSecretCommand({ SecretId }))
      .catch(() => undefined); // moto will say so itself

  /** "Secrets Manager must have permission to invoke the function": «Permissions for rotation», the same guide. */
  private async checkFunction(region: string, functionArn: string, secretArn: string): Promise<void> {
    const { accountId } = this.context.cloud;
    const about = {
      "aws:SourceAccount": accountId,
      "aws:SourceArn": secretArn,
      "AWS:SourceAccount": accountId,
    };
    if (!(await functionLetsIn(this.context, region, functionArn, PRINCIPAL, about)))
      throw new AwsError(
        "AccessDeniedException",
        `Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal ${PRINCIPAL}.`,
      );
  }

  private async planNext(region: string, arn: string): Promise<void> {
    const days = (await this.describe(region, arn))?.RotationRules?.AutomaticallyAfterDays;
    this.forget(region, arn);
    if (days) this.context.cloud.scheduleAndWake(this.context.cloud.now() + days * DAY, DUE, region, arn);
  }

  /** By its schedule. "A previous rotation isn't complete. That rotation will be reattempted": with the version that is pending. */
  private async again(region: string, arn: string): Promise<void> {
    const secret = await this.describe(region, arn);
    if (!secret?.RotationEnabled || secret.DeletedDate) return;
    const pending = Object.entries(secret.VersionIdsToStages ?? {}).find(
      ([, stages]) => stages.includes("AWSPENDING") && !stages.includes("AWSCURRENT"),
    )?.[0];
    const token = pending ?? randomUUID();
    if (!pending)
      await this.context.moto
        .secrets(region)
        .send(new RotateSecretCommand({ SecretId: arn, ClientRequestToken: token }));
    await this.planNext(region, arn);
    void this.run(region, { arn, token, steps: STEPS });
  }

  /** A step that fails ends the rotation, and the version stays pending. */
  private async run(region: string, { arn, token, steps }: Rotation): Promise<void> {
    try {
      const secret = await this.describe(region, arn);
      const name = functionOf(secret?.RotationLambdaARN ?? "");
      if (!name) return;
      for (const Step of steps) {
        const payload = { SecretId: arn, ClientRequestToken: token, Step };
        const outcome = await this.functions().invoke(region, name, JSON.stringify(payload));
        if (outcome.failed) return;
      }
      if (steps.length < STEPS.length)
        await this.context.moto.secrets(region).send(
          new UpdateSecretVersionStageCommand({
            SecretId: arn,
            VersionStage: "AWSPENDING",
            RemoveFromVersionId: token,
          }),
        );
    } catch (error) {
      // A cloud that has been stopped meanwhile has no secrets.
      if (!(error instanceof AwsError) && !/ECONNREFUSED/.test(String(error))) console.error(error);
    }
  }
}
