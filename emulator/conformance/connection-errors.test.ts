// Every ConnectionErrorCode by its true cause («Troubleshooting an AWS CloudHSM key store», KMS Developer Guide).

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { activeCluster, newStore } from "./chain";
import { Network, TestCloud } from "./cloud";
import { HsmClient, Operator } from "./operator";

let cloud: TestCloud;
let network: Network;
let operator: Operator;
let cli: HsmClient;
let clusterId: string;
let trustAnchor: string;
let storeId: string;
let admin: { role: string; pin: string };

const PASSWORD = "kmsusers-own-password";

beforeAll(async () => {
  cloud = await TestCloud.start();
  const chain = await activeCluster(cloud, 2);
  ({ network, operator, clusterId, trustAnchor } = chain);
  cli = await operator.client();
  admin = { role: "admin", pin: `admin:${await operator.adminPassword(clusterId)}` };
  storeId = await newStore(cloud, chain, PASSWORD);
});
afterAll(() => cloud.stop());

/** kmsuser is there, with the store's password, and the store is disconnected. */
beforeEach(async () => {
  await asAdmin("user", "delete", "--username", "kmsuser", "--role", "crypto-user");
  await makeKmsuser(); // refused where an open session has kept the user
  await cloud.kms.updateCustomKeyStore({ CustomKeyStoreId: storeId, KeyStorePassword: PASSWORD });
});
afterEach(async () => {
  const { CustomKeyStores } = await cloud.kms.describeCustomKeyStores({});
  if (CustomKeyStores![0].ConnectionState === "DISCONNECTED") return;
  await cloud.kms.disconnectCustomKeyStore({ CustomKeyStoreId: storeId });
  await cloud.keyStoreIn(storeId, "DISCONNECTED");
});

const asAdmin = (...args: string[]) => cli(clusterId, trustAnchor, args, admin);
const makeKmsuser = () =>
  asAdmin("user", "create", "--username", "kmsuser", "--role", "crypto-user", "--password", PASSWORD);

async function connect(): Promise<string | undefined> {
  await cloud.kms.connectCustomKeyStore({ CustomKeyStoreId: storeId });
  return (await cloud.keyStoreIn(storeId, "CONNECTED", "FAILED")).ConnectionErrorCode;
}

test("none, when all is as it must be; KMS is logged in as kmsuser then, whose password cannot be changed", async () => {
  expect(await connect()).toBeUndefined();
  const change = ["user", "change-password", "--username", "kmsuser", "--role", "crypto-user"];
  expect(await asAdmin(...change, "--password", "another-one")).toMatchObject({
    error_code: 1,
    data: expect.stringContaining("logged in"),
  });
});

test("USER_NOT_FOUND: kmsuser is missing, be it on one HSM only", async () => {
  await asAdmin("user", "delete", "--username", "kmsuser", "--role", "crypto-user");
  expect(await connect()).toBe("USER_NOT_FOUND");
});

test("INVALID_CREDENTIALS: the store has another password", async () => {
  await cloud.kms.updateCustomKeyStore({ CustomKeyStoreId: storeId, KeyStorePassword: "not that one" });
  expect(await connect()).toBe("INVALID_CREDENTIALS");
});

test("USER_LOCKED_OUT: kmsuser has failed to log in too often", async () => {
  for (let i = 0; i < 6; i++)
    await cli(clusterId, trustAnchor, ["user", "list"], {
      role: "crypto-user",
      pin: "kmsuser:wrong-password",
    });
  expect(await connect()).toBe("USER_LOCKED_OUT");
});

test("CloudHsmClusterInvalidConfigurationException: the group's rules are removed", async () => {
  const { SecurityGroup } = await cloud.cluster(clusterId);
  const { SecurityGroups } = await cloud.ec2.describeSecurityGroups({ GroupIds: [SecurityGroup!] });
  const IpPermissions = SecurityGroups![0].IpPermissionsEgress!;
  await cloud.ec2.revokeSecurityGroupEgress({ GroupId: SecurityGroup, IpPermissions });
  await expect(cloud.kms.connectCustomKeyStore({ CustomKeyStoreId: storeId })).rejects.toMatchObject({
    name: "CloudHsmClusterInvalidConfigurationException",
  });
  await cloud.ec2.authorizeSecurityGroupEgress({ GroupId: SecurityGroup, IpPermissions });
});

test("INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET: a subnet of the cluster is full", async () => {
  const SubnetId = network.subnetIds[2];
  const { Subnets } = await cloud.ec2.describeSubnets({ SubnetIds: [SubnetId] });
  for (let i = 0; i < Subnets![0].AvailableIpAddressCount!; i++)
    await cloud.ec2.createNetworkInterface({ SubnetId });
  expect(await connect()).toBe("INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET");
  const { NetworkInterfaces } = await cloud.ec2.describeNetworkInterfaces({
    Filters: [{ Name: "subnet-id", Values: [SubnetId] }],
  });
  for (const { NetworkInterfaceId } of NetworkInterfaces!)
    await cloud.ec2.deleteNetworkInterface({ NetworkInterfaceId });
});

test("USER_LOGGED_IN: somebody else is logged in as kmsuser", async () => {
  const { error_code } = await cli(clusterId, trustAnchor, ["stay"], {
    role: "crypto-user",
    pin: `kmsuser:${PASSWORD}`,
  });
  expect(error_code).toBe(0);
  expect(await connect()).toBe("USER_LOGGED_IN");
});

test("INSUFFICIENT_CLOUDHSM_HSMS: the last HSM went while it connected", async () => {
  const state = mkdtempSync(join(tmpdir(), "state-"));
  const fast = await TestCloud.start(10_000, state);
  const chain = await activeCluster(fast, 2);
  const CustomKeyStoreId = await newStore(fast, chain);
  await fast.stop();
  // At AWS's own pace nothing happens before the clock is moved.
  const slow = await TestCloud.start(1, state);
  await slow.kms.connectCustomKeyStore({ CustomKeyStoreId });
  for (const { HsmId } of (await slow.cluster(chain.clusterId)).Hsms!)
    await slow.hsm.deleteHsm({ ClusterId: chain.clusterId, HsmId });
  await slow.advanceClock(20 * 60);
  expect((await slow.keyStoreIn(CustomKeyStoreId, "CONNECTED", "FAILED")).ConnectionErrorCode).toBe(
    "INSUFFICIENT_CLOUDHSM_HSMS",
  );
  await slow.stop();
  rmSync(state, { recursive: true });
});

test("SUBNET_NOT_FOUND: a subnet of the cluster was deleted", async () => {
  await cloud.ec2.deleteSubnet({ SubnetId: network.subnetIds[2] });
  expect(await connect()).toBe("SUBNET_NOT_FOUND");
});
