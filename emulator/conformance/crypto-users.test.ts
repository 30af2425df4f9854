// Keys that crypto users make in the HSMs, and users that a clone takes over («Manage keys», «user replicate», User Guide).

import { activeCluster, Chain } from "./chain";
import { TestCloud, until, ZONES } from "./cloud";
import { HsmClient } from "./operator";

jest.setTimeout(60_000);

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
    const [first] = (await cloud.cluster(chain.clusterId)).Hsms!;
    await cloud.post("faults", { hsm: first.HsmId, fault: "unreachable" });
    await cloud.endFaults();
    await cloud.hsm.deleteHsm({ ClusterId: chain.clusterId, HsmId: first.HsmId });
    const listed = await until(
      () => run("key list"),
      ({ error_code }) => error_code === 0,
    );
    expect(listed.data).toMatchObject({ total_key_count: 1 });
    await cloud.addHsm(chain.clusterId, ZONES[0]);
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
    clone = await cloud.restoredCluster(chain.network, Backups![0].BackupId!, [ZONES[0]]);
    await chain.operator.openWayTo(await cloud.cluster(clone));
  });

  test("has the keys of its backup", async () => {
    const { data } = await run("key list", app, clone);
    expect(data.matched_keys.map((k: any) => k.attributes.label)).toContain("master");
  });
});
