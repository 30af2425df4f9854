// Aliases of keys in CloudHSM key stores, beside those of moto's keys.

import { CreateAliasCommand, DeleteAliasCommand, paginateListAliases } from "@aws-sdk/client-kms";
import { Call, Context, Operation } from "../core/context";
import { AwsError } from "../core/errors";
import { Key } from "../core/state";
import { ownKey, page, refuseAlias, refuseIn } from "./lookup";

export function aliasOperations(context: Context): Record<string, Operation> {
  const { cloud, moto } = context;
  const add = (regionName: string, AliasName: string, key: Key): void => {
    cloud.region(regionName).aliases[AliasName] = {
      AliasName,
      AliasArn: `arn:aws:kms:${regionName}:${cloud.accountId}:${AliasName}`,
      TargetKeyId: key.KeyId,
      CreationDate: cloud.timestamp(),
      LastUpdatedDate: cloud.timestamp(),
    };
  };
  const checkTarget = (key: Key, id: string, call: Call): void => {
    refuseAlias(id);
    refuseIn(["PendingDeletion"], key, call);
    const quota = cloud.quotas["aliases per kms key"];
    const own = Object.values(call.region.aliases).filter((a) => a.TargetKeyId === key.KeyId);
    if (own.length >= quota) throw new AwsError("LimitExceededException", `${key.Arn} has ${quota} aliases.`);
  };
  const isOfMoto = async (regionName: string, name: string): Promise<boolean> => {
    for await (const { Aliases } of paginateListAliases({ client: moto.kms(regionName) }, {}))
      if (Aliases!.some((a) => a.AliasName === name && a.TargetKeyId)) return true;
    return false;
  };

  return {
    async CreateAlias(input, call: Call) {
      const { region, regionName } = call;
      const key = ownKey(region, input.TargetKeyId);
      if (region.aliases[input.AliasName] || (key && (await isOfMoto(regionName, input.AliasName))))
        throw new AwsError(
          "AlreadyExistsException",
          `An alias with the name ${input.AliasName} already exists`,
        );
      if (!key) return undefined;
      checkTarget(key, input.TargetKeyId, call);
      // "It can contain only alphanumeric characters, forward slashes (/), underscores (_), and dashes (-)": AliasName.
      if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(input.AliasName) || input.AliasName.startsWith("alias/aws/"))
        throw new AwsError("InvalidAliasNameException", `Invalid alias name ${input.AliasName}`);
      add(regionName, input.AliasName, key);
      return {};
    },

    /** An alias may go from a key in HSMs to one of moto's, and back: both are symmetric encryption keys. */
    async UpdateAlias(input, call: Call) {
      const { region, regionName } = call;
      const { AliasName, TargetKeyId } = input;
      const alias = region.aliases[AliasName];
      const key = ownKey(region, TargetKeyId);
      if (!alias && !key) return undefined;
      if (key && alias?.TargetKeyId !== key.KeyId) checkTarget(key, TargetKeyId, call);
      const missing = () => new AwsError("NotFoundException", `Alias ${AliasName} is not found.`);
      if (alias && key) {
        alias.TargetKeyId = key.KeyId;
        alias.LastUpdatedDate = cloud.timestamp();
      } else if (key) {
        if (!(await isOfMoto(regionName, AliasName))) throw missing();
        await moto.kms(regionName).send(new DeleteAliasCommand({ AliasName }));
        add(regionName, AliasName, key);
      } else {
        await moto
          .kms(regionName)
          .send(new CreateAliasCommand({ AliasName, TargetKeyId }))
          .catch((error: Error) => {
            throw new AwsError(error.name, error.message);
          });
        delete region.aliases[AliasName];
      }
      return {};
    },

    DeleteAlias(input, call: Call) {
      if (!call.region.aliases[input.AliasName]) return undefined;
      delete call.region.aliases[input.AliasName];
      return {};
    },
    async ListAliases(input, call: Call) {
      const key = ownKey(call.region, input.KeyId);
      if (key) refuseAlias(input.KeyId);
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
