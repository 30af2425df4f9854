// Why a key store does not connect: each ConnectionErrorCode by its true cause.
// Source: «Troubleshooting an AWS CloudHSM key store», AWS KMS Developer Guide; CustomKeyStoresListEntry, API Reference.

import { DescribeSubnetsCommand, Subnet } from "@aws-sdk/client-ec2";
import { isLocked } from "../cloudhsm/login";
import { activeHsms } from "../cloudhsm/lookup";
import { Context } from "../core/context";
import { Cluster, Hsm, KeyStore } from "../core/state";

export async function connectionError(
  { cloud, moto, faults }: Context,
  regionName: string,
  store: KeyStore,
): Promise<string | undefined> {
  const asked = faults?.connectionError(store.CustomKeyStoreId);
  if (asked) return asked;
  const cluster: Cluster | undefined = cloud.region(regionName).clusters[store.CloudHsmClusterId];
  if (!cluster || cluster.State.startsWith("DELETE")) return "CLUSTER_NOT_FOUND";
  const ids = Object.values(cluster.SubnetMapping);
  const { Subnets = [] } = await moto
    .ec2(regionName)
    .send(new DescribeSubnetsCommand({ Filters: [{ Name: "subnet-id", Values: ids }] }));
  if (Subnets.length < ids.length) return "SUBNET_NOT_FOUND";
  // KMS needs an address in each private subnet for its own network interface.
  if (Subnets.some((subnet: Subnet) => subnet.AvailableIpAddressCount! < 1))
    return "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET";
  const hsms = activeHsms(cluster);
  if (hsms.length === 0) return "INSUFFICIENT_CLOUDHSM_HSMS";
  if (hsms.some((hsm) => faults?.isUnreachable(hsm.HsmId))) return "NETWORK_ERRORS";
  for (const hsm of hsms) {
    const error = loginError(hsm, store);
    if (error) return error;
  }
  return undefined;
}

function loginError(hsm: Hsm, store: KeyStore): string | undefined {
  const user = hsm.contents.users.kmsuser;
  if (user?.role !== "crypto-user") return "USER_NOT_FOUND";
  if (isLocked(user)) return "USER_LOCKED_OUT";
  if (hsm.sessions.some((s) => s.username === "kmsuser")) return "USER_LOGGED_IN";
  if (user.password === store.password) return undefined;
  user.failedLogins++;
  return "INVALID_CREDENTIALS";
}
