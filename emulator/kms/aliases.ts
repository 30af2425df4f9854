// Aliases of keys in CloudHSM key stores, beside those of moto's keys.

import { Call, Context, Operation } from "../context";
import { AwsError } from "../errors";
import { ownKey, page } from "./lookup";

export function aliasOperations(context: Context): Record<string, Operation> {
  const { cloud, moto } = context;
  return {
    async CreateAlias(input, call: Call) {
      const { region, regionName } = call;
      const key = ownKey(region, input.TargetKeyId);
      if (region.aliases[input.AliasName])
        throw new AwsError(
          "AlreadyExistsException",
          `An alias with the name ${input.AliasName} already exists`,
        );
      if (!key) return undefined;
      if (!input.AliasName.startsWith("alias/") || input.AliasName.startsWith("alias/aws/"))
        throw new AwsError("ValidationException", `Invalid alias name ${input.AliasName}`);
      region.aliases[input.AliasName] = {
        AliasName: input.AliasName,
        AliasArn: `arn:aws:kms:${regionName}:${cloud.accountId}:${input.AliasName}`,
        TargetKeyId: key.KeyId,
        CreationDate: cloud.timestamp(),
        LastUpdatedDate: cloud.timestamp(),
      };
      return {};
    },
    UpdateAlias(input, call: Call) {
      const alias = call.region.aliases[input.AliasName];
      const key = ownKey(call.region, input.TargetKeyId);
      if (!alias && !key) return undefined;
      if (!alias || !key)
        throw new AwsError(
          "NotFoundException",
          `Alias ${input.AliasName} or key ${input.TargetKeyId} is not found.`,
        );
      alias.TargetKeyId = key.KeyId;
      alias.LastUpdatedDate = cloud.timestamp();
      return {};
    },
    DeleteAlias(input, call: Call) {
      if (!call.region.aliases[input.AliasName]) return undefined;
      delete call.region.aliases[input.AliasName];
      return {};
    },
    async ListAliases(input, call: Call) {
      const key = ownKey(call.region, input.KeyId);
      const own = Object.values(call.region.aliases).filter(
        (a) => !input.KeyId || a.TargetKeyId === key?.KeyId,
      );
      const others = key
        ? []
        : (await moto.call(call.headers, input.KeyId ? { KeyId: input.KeyId } : {})).body.Aliases;
      const all = [...(others ?? []), ...own];
      const { items, ...rest } = page(all, input, 50);
      return { Aliases: items, ...rest };
    },
  };
}
