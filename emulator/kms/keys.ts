// KMS keys in CloudHSM key stores: their life, policy and tags.

import { randomBytes, randomUUID } from "node:crypto";
import { activeHsms, presentHsms } from "../cloudhsm/lookup";
import { Context, Operation } from "../core/context";
import { AwsError } from "../core/errors";
import { Key, Region } from "../core/state";
import { overwritten } from "../core/tags";
import { findKmsCluster, requireUsable } from "./cluster-checks";
import { checkKeyPolicy, defaultPolicy } from "./key-policies";
import { findStore, forOwn, forOwnById, keyState, page, refuseIn } from "./lookup";

const DAY = 24 * 3600;

/** Operations of other kinds of keys. Source: «Supported KMS keys» of each operation, AWS KMS API Reference. */
const OF_OTHER_KEYS: Record<string, string> = {
  Sign: "InvalidKeyUsageException",
  Verify: "InvalidKeyUsageException",
  GenerateMac: "InvalidKeyUsageException",
  VerifyMac: "InvalidKeyUsageException",
  DeriveSharedSecret: "InvalidKeyUsageException",
  Encapsulate: "InvalidKeyUsageException",
  Decapsulate: "InvalidKeyUsageException",
  GetPublicKey: "UnsupportedOperationException",
  GetParametersForImport: "UnsupportedOperationException",
  ImportKeyMaterial: "UnsupportedOperationException",
  DeleteImportedKeyMaterial: "UnsupportedOperationException",
  ReplicateKey: "UnsupportedOperationException",
  UpdatePrimaryRegion: "UnsupportedOperationException",
  // "You cannot enable automatic rotation of KMS keys in custom key stores": EnableKeyRotation.
  EnableKeyRotation: "UnsupportedOperationException",
  // The API Reference says that the status is always false; AWS refuses: crossplane-contrib/provider-aws#2310.
  GetKeyRotationStatus: "UnsupportedOperationException",
  DisableKeyRotation: "UnsupportedOperationException",
  RotateKeyOnDemand: "UnsupportedOperationException",
  ListKeyRotations: "UnsupportedOperationException",
};

export function keyOperations(context: Context): Record<string, Operation> {
  const { cloud, moto } = context;

  cloud.on("key deleted", (regionName, id) => {
    const region = cloud.region(regionName);
    delete region.keys[id];
    for (const alias of Object.values(region.aliases))
      if (alias.TargetKeyId === id) delete region.aliases[alias.AliasName];
  });

  const metadata = (key: Key, region: Region) => ({
    AWSAccountId: cloud.accountId,
    KeyId: key.KeyId,
    Arn: key.Arn,
    CreationDate: key.CreationDate,
    Enabled: key.Enabled && key.DeletionDate === undefined,
    Description: key.Description,
    KeyUsage: "ENCRYPT_DECRYPT",
    KeyState: keyState(key, region),
    DeletionDate: key.DeletionDate,
    Origin: "AWS_CLOUDHSM",
    CustomKeyStoreId: key.CustomKeyStoreId,
    CloudHsmClusterId: region.keyStores[key.CustomKeyStoreId]?.CloudHsmClusterId,
    KeyManager: "CUSTOMER",
    CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
    KeySpec: "SYMMETRIC_DEFAULT",
    EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
    MultiRegion: false,
  });

  return {
    async CreateKey(input, call) {
      const { region, regionName } = call;
      if (input.XksKeyId || input.Origin === "EXTERNAL_KEY_STORE")
        throw new AwsError(
          "NotEmulated",
          "Keys in external key stores are not emulated by the local cloud.",
          501,
        );
      if (!input.CustomKeyStoreId) {
        if (input.Origin === "AWS_CLOUDHSM")
          throw new AwsError("ValidationException", "Origin AWS_CLOUDHSM needs a CustomKeyStoreId.");
        return undefined;
      }
      // Source: CreateKey, AWS KMS API Reference, «To create a KMS key in an AWS CloudHSM key store».
      if (input.Origin !== "AWS_CLOUDHSM")
        throw new AwsError("ValidationException", "A key in a CloudHSM key store needs Origin AWS_CLOUDHSM.");
      const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? "SYMMETRIC_DEFAULT";
      if (
        spec !== "SYMMETRIC_DEFAULT" ||
        (input.KeyUsage ?? "ENCRYPT_DECRYPT") !== "ENCRYPT_DECRYPT" ||
        input.MultiRegion
      )
        throw new AwsError(
          "UnsupportedOperationException",
          "A custom key store holds symmetric encryption keys of a single Region only.",
        );
      const store = findStore(region, input.CustomKeyStoreId);
      if (store.ConnectionState !== "CONNECTED")
        throw new AwsError(
          "CustomKeyStoreInvalidStateException",
          `Custom key store ${store.CustomKeyStoreId} is ${store.ConnectionState}; it must be CONNECTED.`,
        );
      const cluster = findKmsCluster(region, store.CloudHsmClusterId);
      await requireUsable(context, regionName, cluster, 2);
      const held = Object.keys(activeHsms(cluster)[0].contents.keys).length;
      if (cluster.HsmType === "hsm1.medium" && held >= cloud.quotas["keys on hsm1.medium"])
        throw new AwsError(
          "LimitExceededException",
          `Cluster ${cluster.ClusterId} holds ${held} keys; an HSM takes no more.`,
        );
      const quota = cloud.quotas["kms keys"];
      if (Object.keys(region.keys).length >= quota)
        throw new AwsError("LimitExceededException", `The maximum of ${quota} KMS keys is reached.`);
      checkTags(input.Tags ?? []);
      if (input.Policy)
        await checkKeyPolicy(context, call, input.Policy, input.BypassPolicyLockoutSafetyCheck);
      const id = randomUUID();
      const key: Key = {
        KeyId: id,
        Arn: `arn:aws:kms:${regionName}:${cloud.accountId}:key/${id}`,
        CustomKeyStoreId: store.CustomKeyStoreId,
        CreationDate: cloud.timestamp(),
        Description: input.Description ?? "",
        Enabled: true,
        Policy: input.Policy ?? defaultPolicy(cloud.accountId),
        tags: input.Tags ?? [],
        grants: [],
        material: randomUUID(),
      };
      // The service keeps keys, unlike users, the same on every HSM.
      const material = { owner: "kmsuser", material: randomBytes(32).toString("base64") };
      for (const hsm of presentHsms(cluster)) hsm.contents.keys[key.material] = material;
      region.keys[id] = key;
      return { KeyMetadata: metadata(key, region) };
    },

    DescribeKey: forOwn((key, _input, { region }) => ({ KeyMetadata: metadata(key, region) })),

    async ListKeys(input, call) {
      const { body } = await moto.call(call.headers, { Limit: 1000 });
      const own = Object.values(call.region.keys).map((k) => ({ KeyId: k.KeyId, KeyArn: k.Arn }));
      const all = [...(body.Keys ?? []), ...own];
      const { items, ...rest } = page(all, input, 100);
      return { Keys: items, ...rest };
    },

    EnableKey: forOwnById((key, _input, call) => {
      refuseIn(["PendingDeletion", "Unavailable"], key, call);
      key.Enabled = true;
      return {};
    }),
    DisableKey: forOwnById((key, _input, call) => {
      refuseIn(["PendingDeletion", "Unavailable"], key, call);
      key.Enabled = false;
      return {};
    }),
    UpdateKeyDescription: forOwnById((key, input, call) => {
      refuseIn(["PendingDeletion"], key, call);
      key.Description = input.Description;
      return {};
    }),

    ScheduleKeyDeletion: forOwnById((key, input, call) => {
      refuseIn(["PendingDeletion"], key, call);
      const days = input.PendingWindowInDays ?? 30;
      // "7 and 30, inclusive": ScheduleKeyDeletion, AWS KMS API Reference.
      if (days < 7 || days > 30)
        throw new AwsError("ValidationException", "PendingWindowInDays must be between 7 and 30.");
      key.DeletionDate = cloud.timestamp() + days * DAY;
      cloud.scheduleAt(cloud.now() + days * DAY * 1000, "key deleted", call.regionName, key.KeyId);
      return {
        KeyId: key.Arn,
        DeletionDate: key.DeletionDate,
        KeyState: "PendingDeletion",
        PendingWindowInDays: days,
      };
    }),
    CancelKeyDeletion: forOwnById((key, _input, call) => {
      if (key.DeletionDate === undefined)
        throw new AwsError("KMSInvalidStateException", `${key.Arn} is not pending deletion.`);
      delete key.DeletionDate;
      key.Enabled = false;
      cloud.cancel("key deleted", call.regionName, key.KeyId);
      return { KeyId: key.Arn };
    }),

    GetKeyPolicy: forOwnById((key, { PolicyName = "default" }) => {
      if (PolicyName !== "default")
        throw new AwsError("NotFoundException", `No such policy exists: ${PolicyName}`);
      return { Policy: key.Policy, PolicyName };
    }),
    PutKeyPolicy: forOwnById(async (key, { PolicyName = "default", ...input }, call) => {
      // "you can set only the default key policy": PutKeyPolicy, API Reference.
      if (PolicyName !== "default")
        throw new AwsError("ValidationException", `The policy ${PolicyName} cannot be set: default can.`);
      await checkKeyPolicy(context, call, input.Policy, input.BypassPolicyLockoutSafetyCheck);
      key.Policy = input.Policy;
      return {};
    }),
    ListKeyPolicies: forOwnById(() => ({ PolicyNames: ["default"], Truncated: false })),

    GetKeyLastUsage: forOwnById((key) => ({
      KeyId: key.KeyId,
      KeyLastUsage: key.lastUsage ?? {},
      TrackingStartDate: key.CreationDate,
      KeyCreationDate: key.CreationDate,
    })),

    ListResourceTags: forOwnById((key, input) => {
      const { items, ...rest } = page(key.tags, input, 50);
      return { Tags: items, ...rest };
    }),
    TagResource: forOwnById((key, input, call) => {
      refuseIn(["PendingDeletion"], key, call);
      checkTags(input.Tags);
      const tags = overwritten<Key["tags"][number]>(key.tags, input.Tags, (t) => t.TagKey);
      checkTags(tags);
      key.tags = tags;
      return {};
    }),
    UntagResource: forOwnById((key, input, call) => {
      refuseIn(["PendingDeletion"], key, call);
      key.tags = key.tags.filter((t) => !input.TagKeys.includes(t.TagKey));
      return {};
    }),

    ...Object.fromEntries(Object.entries(OF_OTHER_KEYS).map(([name, code]) => [name, refuseOwn(name, code)])),
  };
}

function refuseOwn(name: string, code: string): Operation {
  return forOwn((key) => {
    throw new AwsError(
      code,
      code === "UnsupportedOperationException"
        ? `${key.Arn} origin is AWS_CLOUDHSM which is not valid for this operation.`
        : `${key.Arn} is a symmetric encryption key in a custom key store: ${name} does not support it.`,
    );
  });
}

/** The key's material, read from an active HSM of its store's cluster that holds it and can be reached. */
export function keyMaterial({ faults }: Context, key: Key, region: Region): Buffer | undefined {
  const cluster = region.clusters[region.keyStores[key.CustomKeyStoreId].CloudHsmClusterId];
  const found = activeHsms(cluster).find(
    (h) => h.contents.keys[key.material] && !faults?.isUnreachable(h.HsmId),
  );
  return found && Buffer.from(found.contents.keys[key.material].material, "base64");
}

const MAX_TAGS = 50;

/** Source: TagException; «Tag restrictions», AWS Billing and Cost Management User Guide. */
function checkTags(tags: Key["tags"]): void {
  const names = tags.map((t) => t.TagKey);
  if (new Set(names).size < names.length) throw new AwsError("TagException", "Tag keys must be unique.");
  const reserved = names.find((name) => name.toLowerCase().startsWith("aws:"));
  if (reserved) throw new AwsError("TagException", `Tag keys beginning with aws: are reserved: ${reserved}`);
  if (names.length > MAX_TAGS) throw new AwsError("TagException", `A key has ${MAX_TAGS} tags at most.`);
}
