// IAM actions of Secrets Manager's calls, which moto answers, and what they need of the secret's key.

import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import type { AskedCall, KeyQuestion } from "../core/context";
import { questionsViaService } from "../kms/access";

/** Actions on secrets that use their KMS key: «Secret encryption and decryption», Secrets Manager User Guide. */
const KEY_ACTIONS: Record<string, string[]> = {
  GetSecretValue: ["kms:Decrypt"],
  PutSecretValue: ["kms:GenerateDataKey", "kms:Decrypt"],
  CreateSecret: ["kms:GenerateDataKey", "kms:Decrypt"],
  UpdateSecret: ["kms:GenerateDataKey", "kms:Decrypt"],
  // "If the primary secret is encrypted with a KMS key …, you also need kms:Decrypt": ReplicateSecretToRegions, API Reference.
  ReplicateSecretToRegions: ["kms:Decrypt"],
};
/** "To encrypt the replicated secret with a KMS key …, you need kms:GenerateDataKey and kms:Encrypt to the key": the same. */
const REPLICA_KEY_ACTIONS = ["kms:GenerateDataKey", "kms:Encrypt"];

export async function secretsManagerQuestions(call: AskedCall): Promise<KeyQuestion[]> {
  const { context, region, operation, input, arn, plain } = call;
  // AWS chooses the end of a new secret's ARN: «Permissions policy examples», Secrets Manager User Guide.
  if (operation === "CreateSecret") return [plain(arn(`secret:${input.Name}-??????`))];
  if (!input.SecretId) return [plain("*")];
  const secret = await context.moto
    .secrets(region)
    .send(new DescribeSecretCommand({ SecretId: input.SecretId }))
    .catch(() => undefined);
  const questions: KeyQuestion[] = [plain(secret?.ARN ?? arn(`secret:${input.SecretId}`))];
  const replicas: { Region: string; KmsKeyId?: string }[] = input.AddReplicaRegions ?? [];
  if (replicas.length > 0)
    questions[0].context["secretsmanager:AddReplicaRegions"] = replicas.map((r) => r.Region);
  for (const { Region, KmsKeyId } of replicas)
    if (KmsKeyId) questions.push(...(await questionsViaService(call, KmsKeyId, REPLICA_KEY_ACTIONS, Region)));
  if (!secret?.KmsKeyId) return questions;
  return [...questions, ...(await questionsViaService(call, secret.KmsKeyId, KEY_ACTIONS[operation] ?? []))];
}
