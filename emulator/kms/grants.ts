// Grants on keys in CloudHSM key stores. Grants of other keys are moto's.

import { randomBytes } from "node:crypto";
import { Call, Context, Operation } from "../core/context";
import { AwsError } from "../core/errors";
import { Grant, Key, Region } from "../core/state";
import { forOwnById, ownKey, page, refuseDryRun, refuseIn } from "./lookup";

/** Operations that a symmetric encryption key can be granted for: «Grant operations», AWS KMS Developer Guide. */
const GRANTABLE = [
  "Decrypt",
  "Encrypt",
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "GenerateDataKeyPair",
  "GenerateDataKeyPairWithoutPlaintext",
  "ReEncryptFrom",
  "ReEncryptTo",
  "CreateGrant",
  "RetireGrant",
  "DescribeKey",
];

export function grantOperations({ cloud, moto }: Context): Record<string, Operation> {
  const revoke = (key: Key, id: string): void => {
    if (!key.grants.some((g) => g.GrantId === id))
      throw new AwsError("NotFoundException", `Grant ${id} is not found.`);
    key.grants = key.grants.filter((g) => g.GrantId !== id);
  };

  return {
    CreateGrant: forOwnById((key, input, call) => {
      refuseIn(["PendingDeletion", "Disabled"], key, call);
      checkGrant(input);
      refuseDryRun(input);
      // "you can retry a CreateGrant request with a name: the same grant is returned": CreateGrant, API Reference.
      const request = JSON.stringify({ ...input, GrantTokens: undefined });
      // "the returned grant token is unique with every CreateGrant request": Name, CreateGrant.
      const token = randomBytes(48).toString("base64");
      const twin = input.Name && key.grants.find((g) => g.Name === input.Name && g.request === request);
      if (twin) {
        twin.tokens.push(token);
        return { GrantToken: token, GrantId: twin.GrantId };
      }
      const quota = cloud.quotas["grants per kms key"];
      if (key.grants.length >= quota)
        throw new AwsError("LimitExceededException", `${key.Arn} has ${quota} grants.`);
      const { GrantTokens: _, DryRun: __, ...rest } = input;
      const grant: Grant = {
        ...rest,
        KeyId: key.Arn,
        GrantId: randomBytes(32).toString("hex"),
        CreationDate: cloud.timestamp(),
        IssuingAccount: `arn:aws:iam::${cloud.accountId}:root`,
        tokens: [token],
        request,
      };
      key.grants.push(grant);
      return { GrantToken: token, GrantId: grant.GrantId };
    }),

    ListGrants: forOwnById((key, input) => {
      const chosen = key.grants
        .filter((g) => !input.GrantId || g.GrantId === input.GrantId)
        .filter((g) => !input.GranteePrincipal || g.GranteePrincipal === input.GranteePrincipal);
      const { items, ...rest } = page(chosen, input, 50);
      return { Grants: items.map(shown), ...rest };
    }),

    async ListRetirableGrants(input, call: Call) {
      const own = Object.values(call.region.keys)
        .flatMap((k) => k.grants)
        .filter((g) => g.RetiringPrincipal === input.RetiringPrincipal);
      const { body } = await moto.call(call.headers, { ...input, Marker: undefined });
      const { items, ...rest } = page([...(body.Grants ?? []), ...own.map(shown)], input, 50);
      return { Grants: items, ...rest };
    },

    RevokeGrant: forOwnById((key, input) => {
      refuseDryRun(input);
      revoke(key, input.GrantId);
      return {};
    }),

    RetireGrant(input, { region }: Call) {
      const found = input.GrantToken ? byToken(region, input.GrantToken) : ownKey(region, input.KeyId);
      if (!found) return undefined;
      refuseDryRun(input);
      revoke(found, input.GrantId ?? grantByToken(found, input.GrantToken)!.GrantId);
      return {};
    },
  };
}

/** Source: GranteePrincipal, GranteeServicePrincipal, RetiringPrincipal, Operations, CreateGrant, API Reference. */
function checkGrant(input: any): void {
  const invalid = (message: string) => new AwsError("ValidationException", message);
  if (Boolean(input.GranteePrincipal) === Boolean(input.GranteeServicePrincipal))
    throw invalid("Give either GranteePrincipal or GranteeServicePrincipal.");
  if (input.RetiringPrincipal && input.RetiringServicePrincipal)
    throw invalid("Give either RetiringPrincipal or RetiringServicePrincipal.");
  if (input.GranteeServicePrincipal && !input.Constraints?.SourceArn)
    throw invalid("A GranteeServicePrincipal needs the grant constraint SourceArn.");
  if (input.GranteeServicePrincipal && !input.RetiringPrincipal && !input.RetiringServicePrincipal)
    throw invalid("A GranteeServicePrincipal needs a RetiringPrincipal or a RetiringServicePrincipal.");
  const unknown = input.Operations.filter((o: string) => !GRANTABLE.includes(o));
  if (unknown.length > 0) throw invalid(`A symmetric key cannot be granted for ${unknown.join(", ")}.`);
}

const shown = ({ tokens: _, request: __, ...grant }: Grant) => grant;

const grantByToken = (key: Key, token: string): Grant | undefined =>
  key.grants.find((g) => g.tokens.includes(token));

const byToken = (region: Region, token: string): Key | undefined =>
  Object.values(region.keys).find((k) => grantByToken(k, token));

/** The key that a grant's token is for. */
export const keyIdOfGrantToken = (region: Region, token: string | undefined): string | undefined =>
  token === undefined ? undefined : byToken(region, token)?.KeyId;
