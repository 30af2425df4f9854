// CloudHSM key stores: created, listed, connected, disconnected, updated, deleted.

import { randomBytes } from "node:crypto";
import { ensureServiceLinkedRole } from "../access/service-linked-roles";
import { hexId } from "../core/cloud";
import { sameCertificate } from "../cloudhsm/certificates";
import { activeHsms } from "../cloudhsm/lookup";
import { Call, Context, Operation } from "../core/context";
import { AwsError } from "../core/errors";
import { KeyStore, Region } from "../core/state";
import { findKmsCluster, requireUsable } from "./cluster-checks";
import { deleteSecurityGroup } from "../cloudhsm/security-group";
import { connectToCluster, disconnectFromCluster } from "./store-network";
import { connectionError } from "./connection-errors";
import { findStore, page } from "./lookup";

export function keyStoreOperations(context: Context): Record<string, Operation> {
  const { cloud } = context;

  cloud.on("key store connected", async (regionName, id) => {
    const store = cloud.region(regionName).keyStores[id];
    if (store?.ConnectionState !== "CONNECTING") return;
    store.ConnectionErrorCode = await connectionError(context, regionName, store);
    store.ConnectionState = store.ConnectionErrorCode ? "FAILED" : "CONNECTED";
    if (store.ConnectionState !== "CONNECTED") return;
    rotatePassword(store, cloud.region(regionName));
    const cluster = cloud.region(regionName).clusters[store.CloudHsmClusterId];
    await connectToCluster(context, regionName, id, cluster);
  });
  cloud.on("key store disconnected", async (regionName, id) => {
    const { keyStores, clusters } = cloud.region(regionName);
    const store = keyStores[id];
    if (store?.ConnectionState !== "DISCONNECTING") return;
    await disconnectFromCluster(context, regionName, id);
    const cluster = clusters[store.CloudHsmClusterId];
    if (cluster?.State === "DELETED") await deleteSecurityGroup(context, regionName, cluster);
    store.ConnectionState = "DISCONNECTED";
  });

  const invalidState = (store: KeyStore, wanted: string) =>
    new AwsError(
      "CustomKeyStoreInvalidStateException",
      `Custom key store ${store.CustomKeyStoreId} is ${store.ConnectionState}; ${wanted}.`,
    );

  return {
    async CreateCustomKeyStore(input, { region, regionName }: Call) {
      refuseExternal(input);
      if (input.CustomKeyStoreType && input.CustomKeyStoreType !== "AWS_CLOUDHSM")
        throw new AwsError("NotEmulated", "External key stores are not emulated by the local cloud.", 501);
      for (const name of ["CloudHsmClusterId", "TrustAnchorCertificate", "KeyStorePassword"])
        if (input[name] === undefined)
          throw new AwsError(
            "ValidationException",
            `${name} is required for a key store of type AWS_CLOUDHSM.`,
          );
      const stores = Object.values(region.keyStores);
      const quota = cloud.quotas["custom key stores"];
      if (stores.length >= quota)
        throw new AwsError("LimitExceededException", `The maximum of ${quota} custom key stores is reached.`);
      if (stores.some((s) => s.CustomKeyStoreName === input.CustomKeyStoreName))
        throw new AwsError(
          "CustomKeyStoreNameInUseException",
          `A custom key store with the name ${input.CustomKeyStoreName} exists.`,
        );
      const cluster = findKmsCluster(region, input.CloudHsmClusterId);
      if (stores.some((s) => region.clusters[s.CloudHsmClusterId]?.history === cluster.history))
        throw new AwsError(
          "CloudHsmClusterInUseException",
          `Cluster ${cluster.ClusterId} is associated with a custom key store or shares a backup history with one.`,
        );
      await requireUsable(context, regionName, cluster, 2);
      if (!sameCertificate(cluster.trustAnchor!, input.TrustAnchorCertificate))
        throw new AwsError(
          "IncorrectTrustAnchorException",
          `The certificate is not the trust anchor of cluster ${cluster.ClusterId}.`,
        );
      const store: KeyStore = {
        CustomKeyStoreId: hexId("cks"),
        CustomKeyStoreName: input.CustomKeyStoreName,
        CloudHsmClusterId: cluster.ClusterId,
        TrustAnchorCertificate: input.TrustAnchorCertificate,
        ConnectionState: "DISCONNECTED",
        CreationDate: cloud.timestamp(),
        password: input.KeyStorePassword,
      };
      await ensureServiceLinkedRole(context, "kms");
      region.keyStores[store.CustomKeyStoreId] = store;
      return { CustomKeyStoreId: store.CustomKeyStoreId };
    },

    DescribeCustomKeyStores(input, { region }: Call) {
      if (input.CustomKeyStoreId && input.CustomKeyStoreName)
        throw new AwsError("ValidationException", "Give CustomKeyStoreId or CustomKeyStoreName, not both.");
      const chosen = Object.values(region.keyStores).filter(
        (s) =>
          (!input.CustomKeyStoreId || s.CustomKeyStoreId === input.CustomKeyStoreId) &&
          (!input.CustomKeyStoreName || s.CustomKeyStoreName === input.CustomKeyStoreName),
      );
      if (chosen.length === 0 && (input.CustomKeyStoreId || input.CustomKeyStoreName))
        throw new AwsError("CustomKeyStoreNotFoundException", "The custom key store does not exist.");
      const { items, ...rest } = page(chosen, input, 100);
      return {
        CustomKeyStores: items.map(({ password: _, ...shown }) => ({
          ...shown,
          CustomKeyStoreType: "AWS_CLOUDHSM",
        })),
        ...rest,
      };
    },

    async ConnectCustomKeyStore(input, { region, regionName }: Call) {
      const store = findStore(region, input.CustomKeyStoreId);
      if (["DISCONNECTING", "FAILED"].includes(store.ConnectionState))
        throw invalidState(store, "disconnect it, then connect it");
      if (store.ConnectionState !== "DISCONNECTED") return {};
      // A cluster that is gone is no error of this call, but a failed connection: CLUSTER_NOT_FOUND.
      const cluster = region.clusters[store.CloudHsmClusterId];
      if (cluster && !cluster.State.startsWith("DELETE"))
        await requireUsable(context, regionName, cluster, 1);
      store.ConnectionState = "CONNECTING";
      delete store.ConnectionErrorCode;
      cloud.schedule("key store connected", regionName, store.CustomKeyStoreId);
      return {};
    },

    DisconnectCustomKeyStore(input, { region, regionName }: Call) {
      const store = findStore(region, input.CustomKeyStoreId);
      if (["DISCONNECTING", "DISCONNECTED"].includes(store.ConnectionState))
        throw invalidState(store, "it cannot be disconnected");
      store.ConnectionState = "DISCONNECTING";
      delete store.ConnectionErrorCode;
      cloud.schedule("key store disconnected", regionName, store.CustomKeyStoreId);
      return {};
    },

    async UpdateCustomKeyStore(input, { region, regionName }: Call) {
      const store = findStore(region, input.CustomKeyStoreId);
      const { NewCustomKeyStoreName: name, KeyStorePassword: password, CloudHsmClusterId: clusterId } = input;
      refuseExternal(input);
      if ((password || clusterId) && store.ConnectionState !== "DISCONNECTED")
        throw invalidState(store, "it must be disconnected");
      if (name && Object.values(region.keyStores).some((s) => s !== store && s.CustomKeyStoreName === name))
        throw new AwsError(
          "CustomKeyStoreNameInUseException",
          `A custom key store with the name ${name} exists.`,
        );
      // "at least two active HSMs, each in a different Availability Zone" for CreateCustomKeyStore, UpdateCustomKeyStore
      // and CreateKey: CloudHsmClusterInvalidConfigurationException, AWS KMS API Reference.
      const current = region.clusters[store.CloudHsmClusterId];
      if (!clusterId && current && !current.State.startsWith("DELETE"))
        await requireUsable(context, regionName, current, 2);
      if (clusterId) {
        const cluster = findKmsCluster(region, clusterId);
        if (region.clusters[store.CloudHsmClusterId]?.history !== cluster.history)
          throw new AwsError(
            "CloudHsmClusterNotRelatedException",
            `Cluster ${clusterId} does not share a backup history with cluster ${store.CloudHsmClusterId}.`,
          );
        await requireUsable(context, regionName, cluster, 2);
        store.CloudHsmClusterId = clusterId;
      }
      if (name) store.CustomKeyStoreName = name;
      if (password) store.password = password;
      return {};
    },

    DeleteCustomKeyStore(input, { region }: Call) {
      const store = findStore(region, input.CustomKeyStoreId);
      if (Object.values(region.keys).some((k) => k.CustomKeyStoreId === store.CustomKeyStoreId))
        throw new AwsError(
          "CustomKeyStoreHasCMKsException",
          `Custom key store ${store.CustomKeyStoreId} contains KMS keys; those pending deletion count.`,
        );
      if (store.ConnectionState !== "DISCONNECTED") throw invalidState(store, "it must be disconnected");
      delete region.keyStores[store.CustomKeyStoreId];
      return {};
    },
  };
}

/** Members of external key stores (XKS) begin so. */
function refuseExternal(input: object): void {
  if (Object.keys(input).some((name) => name.startsWith("Xks")))
    throw new AwsError("NotEmulated", "External key stores are not emulated by the local cloud.", 501);
}

/** "AWS KMS rotates the kmsuser password": «The kmsuser crypto user», AWS KMS Developer Guide. */
function rotatePassword(store: KeyStore, region: Region): void {
  store.password = randomBytes(24).toString("base64url");
  for (const hsm of activeHsms(region.clusters[store.CloudHsmClusterId]))
    hsm.contents.users.kmsuser.password = store.password;
}
