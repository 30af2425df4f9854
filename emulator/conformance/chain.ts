// The chain as far as a test needs it, made by the real operator: an active cluster, a connected key store.

import { Network, TestCloud, ZONES } from "./cloud";
import { Operator } from "./operator";

export interface Chain {
  network: Network;
  operator: Operator;
  clusterId: string;
  trustAnchor: string;
  kmsuserPassword: string;
}

/** An active cluster with kmsuser on all its HSMs, one a zone. */
export async function activeCluster(
  cloud: TestCloud,
  hsms: 1 | 2,
  made: (clusterId: string) => Promise<unknown> = async () => undefined,
): Promise<Chain> {
  const network = await cloud.network();
  const operator = await Operator.create(cloud, network);
  const clusterId = (await cloud.newCluster(network)).ClusterId!;
  await made(clusterId);
  await cloud.addHsm(clusterId, ZONES[0]);
  const activated = await operator.activate(clusterId);
  if (hsms === 2) await cloud.addHsm(clusterId, ZONES[1]);
  return { network, operator, clusterId, ...activated };
}

/** A key store on the cluster, disconnected; gives its id. */
export async function newStore(
  cloud: TestCloud,
  chain: Chain,
  password = chain.kmsuserPassword,
): Promise<string> {
  const { CustomKeyStoreId } = await cloud.kms.createCustomKeyStore({
    CustomKeyStoreName: "store",
    CloudHsmClusterId: chain.clusterId,
    TrustAnchorCertificate: chain.trustAnchor,
    KeyStorePassword: password,
  });
  return CustomKeyStoreId!;
}

/** A connected key store on the cluster. */
export async function connectedStore(cloud: TestCloud, chain: Chain): Promise<string> {
  const CustomKeyStoreId = await newStore(cloud, chain);
  await cloud.kms.connectCustomKeyStore({ CustomKeyStoreId });
  await cloud.keyStoreIn(CustomKeyStoreId, "CONNECTED");
  return CustomKeyStoreId;
}
