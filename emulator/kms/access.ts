// IAM actions of KMS's calls, what they need of the key policy, and what other services do with a key in their caller's name.

import { DescribeKeyCommand, GetKeyPolicyCommand, ListGrantsCommand } from "@aws-sdk/client-kms";
import { decideKey, encryptionContextKeys, KeyAccess, rootArn } from "../access/key-policy";
import type { AskedCall, Context, KeyQuestion } from "../core/context";
import type { Key } from "../core/state";
import { keyIdInCiphertext } from "./crypto";
import { keyIdOfGrantToken } from "./grants";
import { defaultPolicy } from "./key-policies";
import { ownKey } from "./lookup";

export async function kmsQuestions({ context, region, operation, input }: AskedCall): Promise<KeyQuestion[]> {
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

  // It has no resource in a policy, whatever key it is asked about: «Actions, resources, and condition keys for AWS KMS».
  if (operation === "ListAliases") return [await ofKey(operation, undefined)];
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

/** Refuses what another service cannot do with a key of ours in its caller's name, since the key's policy lets neither the caller nor IAM. */
export function refusedByKeyPolicy(
  { cloud }: Context,
  key: Key,
  service: string,
  regionName: string,
  roleArn: string | undefined,
  actions: string[],
): string | undefined {
  const access = { policy: JSON.parse(key.Policy), grants: key.grants };
  const about = {
    "kms:ViaService": `${service}.${regionName}.amazonaws.com`,
    "kms:CallerAccount": cloud.accountId,
    "aws:PrincipalAccount": cloud.accountId,
    "kms:KeyOrigin": "AWS_CLOUDHSM",
    "kms:GrantIsForAWSResource": "true",
  };
  const principal = roleArn ?? rootArn(cloud.accountId);
  return actions.find(
    (action) =>
      decideKey(access, principal, { action, resource: key.Arn, context: about }, "Allow") !== "Allow",
  );
}

/** What the service that is called does with a key in its caller's name, in another region perhaps. */
export async function questionsViaService(
  { context, service, region }: AskedCall,
  id: string,
  actions: string[],
  ofRegion = region,
): Promise<KeyQuestion[]> {
  const key = await describeKey(context, ofRegion, id);
  const by = { "kms:ViaService": `${service}.${region}.amazonaws.com`, "kms:KeyOrigin": key.origin };
  return actions.map((action) => ({ action, resource: key.arn, context: by, key }));
}

/** A key's ARN, and who may use it; one that does not exist has the default policy. */
export async function describeKey(
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
