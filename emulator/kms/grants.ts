// Grants on keys in CloudHSM key stores. Grants of other keys are moto's.

import { randomBytes } from "node:crypto";
import { Call, Context, Operation } from "../context";
import { AwsError } from "../errors";
import { Grant, Key, Region } from "../state";
import { forOwn, ownKey, page, refuseDryRun, refuseIn } from "./lookup";

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
    CreateGrant: forOwn((key, input, call) => {
      refuseIn(["PendingDeletion", "Disabled"], key, call);
      if (!input.GranteePrincipal && !input.GranteeServicePrincipal)
        throw new AwsError("ValidationException", "GranteePrincipal or GranteeServicePrincipal is required.");
      const unknown = input.Operations.filter((o: string) => !GRANTABLE.includes(o));
      if (unknown.length > 0)
        throw new AwsError(
          "ValidationException",
          `A symmetric key cannot be granted for ${unknown.join(", ")}.`,
        );
      refuseDryRun(input);
      // "you can retry a CreateGrant request with a name: the same grant is returned": CreateGrant, API Reference.
      const request = JSON.stringify({ ...input, GrantTokens: undefined });
      const twin = input.Name && key.grants.find((g) => g.Name === input.Name && g.request === request);
      if (twin) return { GrantToken: twin.token, GrantId: twin.GrantId };
      const { GrantTokens: _, DryRun: __, ...rest } = input;
      const grant: Grant = {
        ...rest,
        KeyId: key.Arn,
        GrantId: randomBytes(32).toString("hex"),
        CreationDate: cloud.timestamp(),
        IssuingAccount: `arn:aws:iam::${cloud.accountId}:root`,
        token: randomBytes(48).toString("base64"),
        request,
      };
      key.grants.push(grant);
      return { GrantToken: grant.token, GrantId: grant.GrantId };
    }),

    ListGrants: forOwn((key, input) => {
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

    RevokeGrant: forOwn((key, input) => {
      refuseDryRun(input);
      revoke(key, input.GrantId);
      return {};
    }),

    RetireGrant(input, { region }: Call) {
      const found = input.GrantToken ? byToken(region, input.GrantToken) : ownKey(region, input.KeyId);
      if (!found) return undefined;
      refuseDryRun(input);
      revoke(found, input.GrantId ?? found.grants.find((g) => g.token === input.GrantToken)!.GrantId);
      return {};
    },
  };
}

const shown = ({ token: _, request: __, ...grant }: Grant) => grant;

const byToken = (region: Region, token: string): Key | undefined =>
  Object.values(region.keys).find((k) => k.grants.some((g) => g.token === token));
