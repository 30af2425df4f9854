// What a call asks of IAM: the actions, their resources, and what the conditions may look at.
// Source: «Actions, resources, and condition keys» of each service, Service Authorization Reference.

import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { FastifyRequest } from "fastify";
import { Context } from "../context";
import { ownKey } from "../kms/lookup";
import { keyIdInCiphertext } from "../kms/crypto";
import { operationOf, Signature } from "../protocol";
import { Question } from "./policy";

/** Actions on secrets that use their KMS key: «Secret encryption and decryption», Secrets Manager User Guide. */
const KEY_ACTIONS: Record<string, string[]> = {
  GetSecretValue: ["kms:Decrypt"],
  PutSecretValue: ["kms:GenerateDataKey", "kms:Decrypt"],
  CreateSecret: ["kms:GenerateDataKey", "kms:Decrypt"],
  UpdateSecret: ["kms:GenerateDataKey", "kms:Decrypt"],
};

export async function questionsOf(
  context: Context,
  request: FastifyRequest,
  scope: Signature,
): Promise<Question[]> {
  const { service, region } = scope;
  const operation = operationOf(request);
  const input = inputOf(request);
  const arn = (rest: string) => `arn:aws:${service}:${region}:${context.cloud.accountId}:${rest}`;
  const plain = (resource: string): Question => ({
    action: `${service}:${operation}`,
    resource,
    context: {},
  });

  switch (service) {
    case "cloudhsm": {
      const id: string | undefined = input.ClusterId ?? input.BackupId ?? input.ResourceId;
      return [plain(id ? arn(`${id.split("-")[0]}/${id}`) : "*")];
    }
    case "kms": {
      const id: string | undefined =
        input.KeyId ?? input.TargetKeyId ?? keyIdInCiphertext(input.CiphertextBlob);
      if (!id) return [plain("*")];
      const key = await describeKey(context, region, id);
      return [{ ...plain(key.arn), context: { "kms:KeyOrigin": key.origin } }];
    }
    case "secretsmanager": {
      if (!input.SecretId) return [plain("*")];
      const secret = await context.moto
        .secrets(region)
        .send(new DescribeSecretCommand({ SecretId: input.SecretId }))
        .catch(() => undefined);
      const questions = [plain(secret?.ARN ?? arn(`secret:${input.SecretId}`))];
      if (!secret?.KmsKeyId) return questions;
      const key = await describeKey(context, region, secret.KmsKeyId);
      const by = { "kms:ViaService": `secretsmanager.${region}.amazonaws.com`, "kms:KeyOrigin": key.origin };
      for (const action of KEY_ACTIONS[operation] ?? [])
        questions.push({ action, resource: key.arn, context: by });
      return questions;
    }
    default:
      return [plain("*")];
  }
}

async function describeKey(
  context: Context,
  region: string,
  id: string,
): Promise<{ arn: string; origin: string }> {
  const own = ownKey(context.cloud.region(region), id);
  if (own) return { arn: own.Arn, origin: "AWS_CLOUDHSM" };
  const { KeyMetadata } = await context.moto
    .kms(region)
    .send(new DescribeKeyCommand({ KeyId: id }))
    .catch(() => ({ KeyMetadata: undefined }));
  const unknown = `arn:aws:kms:${region}:${context.cloud.accountId}:key/${id}`;
  return { arn: KeyMetadata?.Arn ?? unknown, origin: KeyMetadata?.Origin ?? "AWS_KMS" };
}

function inputOf(request: FastifyRequest): Record<string, any> {
  try {
    return request.headers["x-amz-target"] ? JSON.parse(String(request.body)) : {};
  } catch {
    return {}; // the service will say so
  }
}
