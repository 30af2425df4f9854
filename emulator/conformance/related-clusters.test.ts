// A key store and the clusters that share its cluster's history: the way back when a cluster is lost.
// Source: UpdateCustomKeyStore and CloudHsmClusterNotRelatedException, AWS KMS API Reference.

import { activeCluster, connectedStore } from "./chain";
import { Network, TestCloud, until, ZONES } from "./cloud";

let cloud: TestCloud;
let network: Network;
let clusterId: string;
let trustAnchor: string;
let storeId: string;
let ciphertext: Uint8Array;
let restoredId: string;

const Plaintext = Buffer.from("Safe Storage");
const refusal = (name: string) => ({ name });

beforeAll(async () => {
  cloud = await TestCloud.start();
  const chain = await activeCluster(cloud, 2);
  ({ network, clusterId, trustAnchor } = chain);
  storeId = await connectedStore(cloud, chain);
  const { KeyMetadata } = await cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId: storeId });
  ciphertext = (await cloud.kms.encrypt({ KeyId: KeyMetadata!.KeyId, Plaintext })).CiphertextBlob!;
});
afterAll(() => cloud.stop());

async function loseCluster(): Promise<void> {
  const { Hsms } = await cloud.cluster(clusterId);
  for (const { HsmId } of Hsms!) await cloud.hsm.deleteHsm({ ClusterId: clusterId, HsmId });
  await until(
    () => cloud.cluster(clusterId),
    (c) => c.Hsms!.length === 0,
  );
  await cloud.hsm.deleteCluster({ ClusterId: clusterId });
}

async function restore(): Promise<string> {
  const { Backups } = await until(
    () => cloud.hsm.describeBackups({ Filters: { clusterIds: [clusterId] } }),
    (answer) => answer.Backups!.every((b) => b.BackupState === "READY"),
  );
  return cloud.restoredCluster(network, Backups![0].BackupId!, ZONES.slice(0, 2));
}

test("the cluster is lost: the key cannot be used, and connecting again says CLUSTER_NOT_FOUND", async () => {
  await loseCluster();
  await expect(cloud.kms.decrypt({ CiphertextBlob: ciphertext })).rejects.toMatchObject(
    refusal("KMSInvalidStateException"),
  );
  await cloud.kms.disconnectCustomKeyStore({ CustomKeyStoreId: storeId });
  await cloud.keyStoreIn(storeId, "DISCONNECTED");
  await cloud.kms.connectCustomKeyStore({ CustomKeyStoreId: storeId });
  expect(await cloud.keyStoreIn(storeId, "FAILED")).toMatchObject({
    ConnectionErrorCode: "CLUSTER_NOT_FOUND",
  });
  await cloud.kms.disconnectCustomKeyStore({ CustomKeyStoreId: storeId });
  await cloud.keyStoreIn(storeId, "DISCONNECTED");
  // Nothing of cluster and store is left in the VPC.
  const ofVpc = { Filters: [{ Name: "vpc-id", Values: [network.vpcId] }] };
  const { SecurityGroups } = await cloud.ec2.describeSecurityGroups(ofVpc);
  expect(SecurityGroups!.filter(({ GroupName }) => /^(kms|cloudhsm)-/.test(GroupName!))).toEqual([]);
});

test("a cluster of the same history can have no other key store (CloudHsmClusterInUseException)", async () => {
  restoredId = await restore();
  const other = cloud.kms.createCustomKeyStore({
    CustomKeyStoreName: "other",
    CloudHsmClusterId: restoredId,
    TrustAnchorCertificate: trustAnchor,
    KeyStorePassword: "whatever it is",
  });
  await expect(other).rejects.toMatchObject(refusal("CloudHsmClusterInUseException"));
});

test("the store does not move to an unrelated cluster (CloudHsmClusterNotRelatedException)", async () => {
  const unrelated = (await cloud.newCluster(network)).ClusterId!;
  const moved = cloud.kms.updateCustomKeyStore({ CustomKeyStoreId: storeId, CloudHsmClusterId: unrelated });
  await expect(moved).rejects.toMatchObject(refusal("CloudHsmClusterNotRelatedException"));
});

test("it moves to the restored one, and its keys live on", async () => {
  await cloud.kms.updateCustomKeyStore({ CustomKeyStoreId: storeId, CloudHsmClusterId: restoredId });
  await cloud.kms.connectCustomKeyStore({ CustomKeyStoreId: storeId });
  const store = await cloud.keyStoreIn(storeId, "CONNECTED", "FAILED");
  expect(store).toMatchObject({ ConnectionState: "CONNECTED", CloudHsmClusterId: restoredId });
  const opened = await cloud.kms.decrypt({ CiphertextBlob: ciphertext });
  expect(Buffer.from(opened.Plaintext!)).toEqual(Plaintext);
});

test("while it is connected only its name can change (UpdateCustomKeyStore, API Reference)", async () => {
  const update = (changes: object) =>
    cloud.kms.updateCustomKeyStore({ CustomKeyStoreId: storeId, ...changes });
  await expect(update({ KeyStorePassword: "another-one" })).rejects.toMatchObject(
    refusal("CustomKeyStoreInvalidStateException"),
  );
  await expect(update({ CloudHsmClusterId: restoredId })).rejects.toMatchObject(
    refusal("CustomKeyStoreInvalidStateException"),
  );
  await update({ NewCustomKeyStoreName: "renamed" });
  const { CustomKeyStores } = await cloud.kms.describeCustomKeyStores({ CustomKeyStoreName: "renamed" });
  expect(CustomKeyStores![0].CustomKeyStoreId).toBe(storeId);
});
