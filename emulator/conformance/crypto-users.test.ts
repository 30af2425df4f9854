// Keys that crypto users make in the HSMs, and users that a clone takes over («Manage keys», «user replicate», User Guide).

import { activeCluster, Chain } from "./chain";
import { TestCloud, until, ZONES } from "./cloud";
import { HsmClient } from "./operator";

let cloud: TestCloud;
let chain: Chain;
let cli: HsmClient;
let admin: { role: string; pin: string };
const app = { role: "crypto-user", pin: "app:app-secret" };

beforeAll(async () => {
  cloud = await TestCloud.start();
  chain = await activeCluster(cloud, 2);
  cli = await chain.operator.client();
  admin = { role: "admin", pin: `admin:${await chain.operator.adminPassword(chain.clusterId)}` };
  await run("user create --username app --role crypto-user --password app-secret", admin);
});
afterAll(() => cloud.stop());

const run = (command: string, login = app, clusterId = chain.clusterId, more: string[] = []) =>
  cli(clusterId, chain.trustAnchor, [...command.split(" "), ...more], login);
const refused = (text: RegExp) => ({ error_code: 1, data: expect.stringMatching(text) });
const generate = (label: string, login = app) =>
  run(`key generate-symmetric aes --label ${label} --key-length-bytes 32`, login);
const wrap = () =>
  run(
    "key wrap aes-gcm --payload-filter attr.label=data --wrapping-filter attr.label=master --tag-length-bits 128",
  );
const unwrap = ({ iv, wrapped_key_data }: any, label: string, clusterId = chain.clusterId) =>
  run(
    `key unwrap aes-gcm --filter attr.label=master --tag-length-bits 128 --key-type-class aes --label ${label} --iv ${iv} --data ${wrapped_key_data}`,
    app,
    clusterId,
  );
const checkValue = ({ data }: any) => data.key.attributes["check-value"];

describe("a key", () => {
  test("is a crypto user's, never an admin's", async () => {
    expect(await generate("master")).toMatchObject({
      error_code: 0,
      data: { key: { "key-info": { "key-owners": [{ username: "app" }] } } },
    });
    expect(await generate("other", admin)).toMatchObject(refused(/login as crypto-user/));
  });

  test("is in step on all HSMs: another one has it, too («Cluster synchronization», User Guide)", async () => {
    await cloud.addHsm(chain.clusterId, ZONES[2]);
    const [first] = (await cloud.cluster(chain.clusterId)).Hsms!;
    await cloud.hsm.deleteHsm({ ClusterId: chain.clusterId, HsmId: first.HsmId });
    const listed = await until(
      () => run("key list"),
      ({ error_code }) => error_code === 0,
    );
    expect(listed.data).toMatchObject({ total_key_count: 1 });
  });

  test("wraps another one, and unwraps it; what was changed on the way it refuses", async () => {
    const payload = await generate("data");
    const { data: wrapped } = await wrap();
    expect(checkValue(await unwrap(wrapped, "again"))).toBe(checkValue(payload));
    const changed = Buffer.from(wrapped.wrapped_key_data, "base64");
    changed[0] ^= 1;
    expect(
      await unwrap({ ...wrapped, wrapped_key_data: changed.toString("base64") }, "forged"),
    ).toMatchObject(refused(/not valid/));
  });

  test("is found by a filter that names one only", async () => {
    await generate("data");
    expect(await wrap()).toMatchObject(refused(/2 keys match/));
  });
});

describe("a clone", () => {
  let clone: string;

  beforeAll(async () => {
    const { Backups } = await cloud.hsm.describeBackups({ Filters: { states: ["READY"] } });
    clone = await cloud.restoredCluster(chain.network, Backups![0].BackupId!, ZONES.slice(0, 2));
    await chain.operator.openWayTo(await cloud.cluster(clone));
  });

  test("has the keys of its backup", async () => {
    const { data } = await run("key list", app, clone);
    expect(data.matched_keys.map((k: any) => k.attributes.label)).toContain("master");
  });
});

test("the list of keys has ten a page («key list», User Guide)", async () => {
  for (let i = 0; i < 10; i++) await generate(`more-${i}`);
  const { data } = await run("key list");
  expect(data).toMatchObject({ returned_key_count: 10, next_token: "10" });
  const all = await run(`key list --verbose --max-items ${data.total_key_count}`);
  expect(all.data.matched_keys).toHaveLength(data.total_key_count);
});

test("a user who owns keys cannot be deleted («user delete», User Guide); a key goes by its reference, its owner's alone", async () => {
  const remove = () => run("user delete --username app --role crypto-user", admin);
  expect(await remove()).toMatchObject(refused(/owns \d+ keys/));
  const { data } = await run("key list --max-items 100");
  for (const { "key-reference": id } of data.matched_keys)
    expect(await run(`key delete --filter key-reference=${id}`)).toMatchObject({ error_code: 0 });
  expect(await run("key delete --filter key-reference=0x0")).toMatchObject(refused(/0 keys match/));
  expect(await remove()).toMatchObject({ error_code: 0 });
});

// Last: nobody can approve here, so it is not taken back.
describe("quorum («Manage quorum authentication using CloudHSM CLI», User Guide)", () => {
  const value = "quorum token-sign set-quorum-value --service";

  test("is 1 for each service until an admin sets it, 1 to 8; anybody may see it", async () => {
    const { data } = await cli(chain.clusterId, chain.trustAnchor, [
      "quorum",
      "token-sign",
      "list-quorum-values",
    ]);
    expect(data).toEqual({ user: 1, quorum: 1, cluster: 1 });
    expect(await run(`${value} user --value 9`, admin)).toMatchObject(refused(/1 to 8/));
    expect(await run(`${value} nonsense --value 2`, admin)).toMatchObject(refused(/Invalid service/));
  });

  test("of 2 stops an admin alone from making, changing and deleting users", async () => {
    expect(await run(`${value} user --value 2`, admin)).toMatchObject({ error_code: 0 });
    for (const command of [
      "user create --username late --role crypto-user --password late-secret",
      "user change-password --username kmsuser --role crypto-user --password late-secret",
      "user delete --username kmsuser --role crypto-user",
    ])
      expect(await run(command, admin)).toMatchObject(
        refused(/^Quorum approval is required for this operation$/),
      );
  });

  test("of the service quorum stops an admin alone from setting it back", async () => {
    expect(await run(`${value} quorum --value 2`, admin)).toMatchObject({ error_code: 0 });
    expect(await run(`${value} user --value 1`, admin)).toMatchObject(
      refused(/^Quorum approval is required for this operation$/),
    );
  });
});
