// The stand-in for cloudhsm-cli prints what the real program prints, as others have published it (__tests__/lambda-runtime/transcripts/README.md).

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { activeCluster, Chain } from "./chain";
import { TestCloud } from "./cloud";
import { HsmClient } from "./operator";

let cloud: TestCloud;
let chain: Chain;
let cli: HsmClient;
let admin: { role: string; pin: string };
const app = { role: "crypto-user", pin: "payroll:app-secret" };

beforeAll(async () => {
  cloud = await TestCloud.start();
  chain = await activeCluster(cloud, 2);
  cli = await chain.operator.client();
  admin = { role: "admin", pin: `admin:${await chain.operator.adminPassword(chain.clusterId)}` };
});
afterAll(() => cloud.stop());

const FOLDER = join(__dirname, "../../__tests__/lambda-runtime/transcripts");
/** The answer in a transcript, which stands after the prompts. */
function transcript(name: string): any {
  const text = readFileSync(join(FOLDER, name), "utf8");
  return JSON.parse(text.slice(text.indexOf("{")));
}
const run = (command: string, login?: { role: string; pin: string }) =>
  cli(chain.clusterId, chain.trustAnchor, command.split(" "), login);
const members = (value: object) => Object.keys(value).sort();
/** Every member of all of them with its type. */
const typesOf = (values: object[]) => {
  const types = values
    .flatMap((one) => Object.entries(one))
    .map(([name, value]) => `${name} ${typeof value}`);
  return [...new Set(types)].sort();
};

test("user create", async () => {
  const command = "user create --username payroll --role crypto-user --password app-secret";
  expect(await run(command, admin)).toEqual(transcript("user-create"));
});

test("user list: members, their types, a locked user and one with MFA", async () => {
  const more = "user create --username second --role admin --password app-secret";
  expect(await run(more, admin)).toMatchObject({ error_code: 0 });
  const mfa = "user change-mfa token-sign --username second --role admin --token /dev/null";
  expect(await run(mfa, admin)).toMatchObject({ error_code: 0 });
  await run("user create --username locked --role crypto-user --password app-secret", admin);
  const wrong = { role: "crypto-user", pin: "locked:wrong-secret" };
  for (const { EniIp } of (await cloud.cluster(chain.clusterId)).Hsms!)
    for (let i = 0; i < 6; i++) await cli(chain.clusterId, chain.trustAnchor, ["user", "list"], wrong, EniIp);
  const { users } = (await run("user list")).data;
  const real = transcript("user-list").data.users;
  expect(typesOf(users)).toEqual(typesOf(real));
  for (const user of users) expect(members(user)).toEqual(members(real[0]));
  const find = (list: any[], name: string) => list.find(({ username }) => username === name);
  expect(find(users, "second").mfa).toEqual(find(real, "second_admin").mfa);
  expect(find(users, "locked").locked).toBe(find(real, "payroll").locked);
  expect(find(users, "app_user").role).toBe(find(real, "app_user").role);
});

test("key list: members of the answer, of a key and of what is said of it", async () => {
  await run("key generate-symmetric aes --label payroll-2026 --key-length-bytes 32", app);
  const { data } = await run("key list --verbose", app);
  const real = transcript("key-list").data;
  expect(members(data)).toEqual(members(real));
  const [key, [realKey]] = [data.matched_keys[0], real.matched_keys];
  expect(members(key)).toEqual(members(realKey));
  expect(members(key["key-info"])).toEqual(members(realKey["key-info"]));
  expect(key["key-info"]["key-owners"]).toEqual(realKey["key-info"]["key-owners"]);
  expect(members(realKey.attributes)).toEqual(expect.arrayContaining(members(key.attributes)));
});

test("quorum token-sign list-quorum-values", async () => {
  const { data } = await run("quorum token-sign list-quorum-values");
  expect(members(data)).toEqual(expect.arrayContaining(members(transcript("quorum-values").data)));
});
