// What a call asks of IAM: the actions, their resources, and what the conditions may look at.
// Source: «Actions, resources, and condition keys» of each service, Service Authorization Reference.

import { DescribeKeyCommand, GetKeyPolicyCommand, ListGrantsCommand } from "@aws-sdk/client-kms";
import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { FastifyRequest } from "fastify";
import { Context } from "../context";
import { keyIdInCiphertext } from "../kms/crypto";
import { keyIdOfGrantToken } from "../kms/grants";
import { defaultPolicy } from "../kms/key-policies";
import { ownKey } from "../kms/lookup";
import { operationOf, Signature } from "../protocol";
import { Tag } from "../state";
import { encryptionContextKeys, KeyAccess } from "./key-policy";
import { Question } from "./policy";

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

/** What CreateHsm does in EC2 in its caller's name. */
const CREATE_HSM = [
  "ec2:AuthorizeSecurityGroupEgress",
  "ec2:AuthorizeSecurityGroupIngress",
  "ec2:CreateNetworkInterface",
  "ec2:CreateSecurityGroup",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:RevokeSecurityGroupEgress",
];
const inCallersName = (action: string): Question => ({
  action,
  resource: "*",
  context: { "aws:ViaAWSService": "true" },
});

/** A question about a KMS key: the key has a say as well. */
export interface KeyQuestion extends Question {
  key?: KeyAccess;
}

export async function questionsOf(
  context: Context,
  request: FastifyRequest,
  scope: Signature,
): Promise<KeyQuestion[]> {
  const { service, region } = scope;
  const operation = operationOf(request);
  const input = inputOf(request);
  const arn = (rest: string) => `arn:aws:${service}:${region}:${context.cloud.accountId}:${rest}`;
  const plain = (resource: string): Question => ({
    action: `${service}:${operation}`,
    resource,
    context: { "aws:ViaAWSService": "false" },
  });

  const ofKey = async (
    operation_: string,
    id: string | undefined,
    encryptionContext?: Record<string, string>,
  ): Promise<KeyQuestion> => {
    const action = `kms:${operation_}`;
    if (!id) return { action, resource: "*", context: {} };
    const { arn: resource, origin, ...key } = await describeKey(context, region, id);
    const about = { "kms:KeyOrigin": origin, ...encryptionContextKeys(operation_, encryptionContext) };
    return { action, resource, key, context: about };
  };

  /** What the service does with a key in its caller's name. */
  const viaService = async (id: string, actions: string[], ofRegion = region): Promise<KeyQuestion[]> => {
    const key = await describeKey(context, ofRegion, id);
    const by = { "kms:ViaService": `${service}.${region}.amazonaws.com`, "kms:KeyOrigin": key.origin };
    return actions.map((action) => ({ action, resource: key.arn, context: by, key }));
  };

  switch (service) {
    case "cloudhsm": {
      const id: string | undefined = input.ClusterId ?? input.BackupId ?? input.ResourceId;
      // "DeleteHsm: no resource types; dependent actions: ec2:DeleteNetworkInterface".
      if (operation === "DeleteHsm") return [plain("*"), inCallersName("ec2:DeleteNetworkInterface")];
      const asked = plain(id ? arn(`${id.split("-")[0]}/${id}`) : "*");
      Object.assign(asked.context, tagContext("ResourceTag", tagsOf(context, region, id)));
      Object.assign(asked.context, tagContext("RequestTag", input.TagList ?? []));
      // "Dependent actions: cloudhsm:TagResource".
      if (operation === "CopyBackupToRegion" && input.TagList?.length > 0) {
        const copy = `arn:aws:cloudhsm:${input.DestinationRegion}:${context.cloud.accountId}:backup/${NEW_BACKUP}`;
        return [asked, { ...asked, action: "cloudhsm:TagResource", resource: copy }];
      }
      return operation === "CreateHsm" ? [asked, ...CREATE_HSM.map(inCallersName)] : [asked];
    }
    case "kms": {
      // "kms:ReEncryptFrom on the source KMS key, kms:ReEncryptTo on the destination KMS key": ReEncrypt, API Reference.
      if (operation === "ReEncrypt")
        return [
          await ofKey(
            "ReEncryptFrom",
            input.SourceKeyId ?? keyIdInCiphertext(input.CiphertextBlob),
            input.SourceEncryptionContext,
          ),
          await ofKey("ReEncryptTo", input.DestinationKeyId, input.DestinationEncryptionContext),
        ];
      const id: string | undefined =
        input.KeyId ??
        input.TargetKeyId ??
        keyIdInCiphertext(input.CiphertextBlob) ??
        keyIdOfGrantToken(context.cloud.region(region), input.GrantToken);
      return [await ofKey(operation, id, input.EncryptionContext)];
    }
    case "secretsmanager": {
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
        if (KmsKeyId) questions.push(...(await viaService(KmsKeyId, REPLICA_KEY_ACTIONS, Region)));
      if (!secret?.KmsKeyId) return questions;
      return [...questions, ...(await viaService(secret.KmsKeyId, KEY_ACTIONS[operation] ?? []))];
    }
    case "sns": {
      const topic = new URLSearchParams(String(request.body)).get("TopicArn");
      if (!topic) return [plain("*")];
      const { Attributes } = await context.moto
        .sns(region)
        .send(new GetTopicAttributesCommand({ TopicArn: topic }))
        .catch(() => ({ Attributes: undefined }));
      const questions: KeyQuestion[] = [plain(topic)];
      if (!Attributes?.KmsMasterKeyId || operation !== "Publish") return questions;
      // "the publisher must have kms:GenerateDataKey* and kms:Decrypt": «Key management», Amazon SNS Developer Guide.
      const actions = ["kms:GenerateDataKey", "kms:Decrypt"];
      return [...questions, ...(await viaService(Attributes.KmsMasterKeyId, actions))];
    }
    default:
      return [plain("*")];
  }
}

/** AWS chooses its id. */
const NEW_BACKUP = "backup-new";

const tagsOf = (context: Context, region: string, id = ""): Tag[] => {
  const { clusters, backups } = context.cloud.region(region);
  return (clusters[id] ?? backups[id])?.tags ?? [];
};

/** Source: «Condition keys for AWS CloudHSM», Service Authorization Reference. */
const tagContext = (kind: "ResourceTag" | "RequestTag", tags: Tag[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [`aws:${kind}/${Key}`, Value]));

async function describeKey(
  context: Context,
  regionName: string,
  id: string,
): Promise<{ arn: string; origin: string } & KeyAccess> {
  const own = ownKey(context.cloud.region(regionName), id);
  if (own)
    return { arn: own.Arn, origin: "AWS_CLOUDHSM", policy: JSON.parse(own.Policy), grants: own.grants };
  const { accountId } = context.cloud;
  const kms = context.moto.kms(regionName);
  const { KeyMetadata } = await kms
    .send(new DescribeKeyCommand({ KeyId: id }))
    .catch(() => ({ KeyMetadata: undefined }));
  if (!KeyMetadata) {
    // There is no such key: IAM decides by its name, then the service says so.
    const arn = `arn:aws:kms:${regionName}:${accountId}:key/${id}`;
    return { arn, origin: "AWS_KMS", policy: JSON.parse(defaultPolicy(accountId)), grants: [] };
  }
  const { Arn: KeyId, Origin } = KeyMetadata;
  const [{ Policy }, { Grants }] = await Promise.all([
    kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" })),
    kms.send(new ListGrantsCommand({ KeyId })),
  ]);
  return {
    arn: KeyId!,
    origin: Origin!,
    policy: JSON.parse(Policy!),
    grants: Grants as KeyAccess["grants"],
  };
}

function inputOf(request: FastifyRequest): Record<string, any> {
  try {
    return request.headers["x-amz-target"] ? JSON.parse(String(request.body)) : {};
  } catch {
    return {}; // the service will say so
  }
}
