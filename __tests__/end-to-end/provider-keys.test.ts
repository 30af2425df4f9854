// The real AWS provider's resources of KMS on a CloudHSM key store: created, planned again, changed in place, replaced,
// imported, destroyed.

import { activeCluster, Chain } from "../../emulator/conformance/chain";
import { TestCloud } from "../../emulator/conformance/cloud";
import { Deployment } from "./deployment";
import { PlainStack } from "./plain-stack";

const DAY = 24 * 3600;

let deployment: Deployment;
let cloud: TestCloud;
let chain: Chain;
let stack: PlainStack;

beforeAll(async () => {
  deployment = await Deployment.start("provider-keys");
  cloud = TestCloud.at(deployment.endpoint);
  chain = await activeCluster(cloud, 2);
  stack = new PlainStack(deployment);
});
afterAll(() => deployment.stop());

interface Options {
  storeName: string;
  description: string;
  alias: string;
  operations: string[];
}
const FIRST: Options = { storeName: "one", description: "one", alias: "one", operations: ["Decrypt"] };

function configure(changes: Partial<Options>, withKeys = true): void {
  const { storeName, description, alias, operations } = { ...FIRST, ...changes };
  stack.write({
    aws_kms_custom_key_store: {
      it: {
        custom_key_store_name: storeName,
        cloud_hsm_cluster_id: chain.clusterId,
        trust_anchor_certificate: chain.trustAnchor,
        key_store_password: chain.kmsuserPassword,
        // AWS tells neither after an import.
        lifecycle: { ignore_changes: ["key_store_password", "trust_anchor_certificate"] },
      },
    },
    ...(withKeys && {
      aws_kms_key: {
        it: {
          custom_key_store_id: "${aws_kms_custom_key_store.it.id}",
          description,
          deletion_window_in_days: 7,
          tags: { Name: "it" },
        },
      },
      aws_kms_alias: { it: { name: `alias/${alias}`, target_key_id: "${aws_kms_key.it.key_id}" } },
      aws_kms_grant: {
        it: {
          key_id: "${aws_kms_key.it.key_id}",
          grantee_principal: "arn:aws:iam::123456789012:root",
          operations,
        },
      },
    }),
  });
}

const store = async () => (await cloud.kms.describeCustomKeyStores({})).CustomKeyStores![0];
const keyId = async () => {
  const { Keys } = await cloud.kms.listKeys({});
  const all = await Promise.all(Keys!.map(({ KeyId }) => cloud.kms.describeKey({ KeyId })));
  const alive = all.filter(({ KeyMetadata: k }) => k!.Origin === "AWS_CLOUDHSM" && k!.KeyState === "Enabled");
  expect(alive).toHaveLength(1);
  return alive[0].KeyMetadata!.KeyId!;
};

test("create, and a second plan without changes: the store, and its keys once it is connected", async () => {
  configure({}, false);
  await stack.init();
  expect(await stack.apply()).toMatchObject({ status: 0 });
  const { CustomKeyStoreId } = await store();
  await cloud.kms.connectCustomKeyStore({ CustomKeyStoreId });
  await cloud.keyStoreIn(CustomKeyStoreId!, "CONNECTED");
  configure({});
  const { status, output } = await stack.apply();
  expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
  expect(await stack.planStatus()).toBe(0);
});

test("change in place: the store's name, the key's description", async () => {
  const before = [(await store()).CustomKeyStoreId, await keyId()];
  configure({ storeName: "two", description: "two" });
  expect((await stack.apply()).output).toMatch(/0 added, 2 changed, 0 destroyed/);
  expect([(await store()).CustomKeyStoreId, await keyId()]).toEqual(before);
  expect((await store()).CustomKeyStoreName).toBe("two");
  expect(await stack.planStatus()).toBe(0);
});

test("replacement: an alias of another name, a grant of other operations, and the key itself", async () => {
  const before = await keyId();
  configure({ storeName: "two", description: "two", alias: "two", operations: ["Decrypt", "Encrypt"] });
  expect((await stack.apply()).output).toMatch(/2 added, 0 changed, 2 destroyed/);
  const { Aliases } = await cloud.kms.listAliases({ KeyId: before });
  expect(Aliases!.map((a) => a.AliasName)).toEqual(["alias/two"]);
  // The alias goes over to the new key in place, the grant cannot.
  expect((await stack.apply("-replace=aws_kms_key.it")).output).toMatch(/2 added, 1 changed, 2 destroyed/);
  const after = await keyId();
  expect(after).not.toBe(before);
  expect((await cloud.kms.describeKey({ KeyId: before })).KeyMetadata!.KeyState).toBe("PendingDeletion");
  expect((await cloud.kms.describeKey({ KeyId: "alias/two" })).KeyMetadata!.KeyId).toBe(after);
  expect((await cloud.kms.listGrants({ KeyId: after })).Grants).toHaveLength(1);
  expect(await stack.planStatus()).toBe(0);
});

test("import: what the state has forgotten is taken up again, without a change in AWS", async () => {
  const [key, { CustomKeyStoreId }] = [await keyId(), await store()];
  const [{ GrantId }] = (await cloud.kms.listGrants({ KeyId: key })).Grants!;
  for (const [type, id] of [
    ["aws_kms_custom_key_store", CustomKeyStoreId!],
    ["aws_kms_key", key],
    ["aws_kms_alias", "alias/two"],
    ["aws_kms_grant", `${key}:${GrantId}`],
  ]) {
    await stack.forgetAndImport(`${type}.it`, id);
  }
  await stack.apply(); // writes what only the configuration knows: the deletion window
  expect([await keyId(), (await store()).CustomKeyStoreId]).toEqual([key, CustomKeyStoreId]);
  expect(await stack.planStatus()).toBe(0);
});

test("destroy: the keys wait their window out, and the store stays as long as they do", async () => {
  const { CustomKeyStoreId } = await store();
  await stack.destroy();
  await cloud.kms.disconnectCustomKeyStore({ CustomKeyStoreId });
  await cloud.keyStoreIn(CustomKeyStoreId!, "DISCONNECTED");
  const remove = () => cloud.kms.deleteCustomKeyStore({ CustomKeyStoreId });
  await expect(remove()).rejects.toMatchObject({ name: "CustomKeyStoreHasCMKsException" });
  await cloud.advanceClock(7 * DAY + 60);
  await remove();
  expect((await cloud.kms.describeCustomKeyStores({})).CustomKeyStores).toEqual([]);
});
