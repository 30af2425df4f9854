// Users of HSMs, by the stand-in for cloudhsm-cli: their rules are the HSMs' own («HSM users», «Quotas», User Guide).

import { Chain, activeCluster } from "./chain";
import { TestCloud, ZONES } from "./cloud";
import { HsmClient } from "./operator";
import { sign } from "./sign";

let cloud: TestCloud;
let chain: Chain;
let cli: HsmClient;
let admin: { role: string; pin: string };

beforeAll(async () => {
  cloud = await TestCloud.start();
  chain = await activeCluster(cloud, 2);
  cli = await chain.operator.client();
  admin = { role: "admin", pin: `admin:${await chain.operator.adminPassword(chain.clusterId)}` };
});
afterAll(() => cloud.stop());

const run = (args: string[], login?: { role: string; pin: string }) =>
  cli(chain.clusterId, chain.trustAnchor, args, login);
const asAdmin = (...args: string[]) => run(args, admin);
const create = (username: string, password = "long-enough", role = "crypto-user") =>
  asAdmin("user", "create", "--username", username, "--role", role, "--password", password);
const refused = (text: RegExp) => ({ error_code: 1, data: expect.stringMatching(text) });
const coverage = async (username: string): Promise<string | undefined> => {
  const { data } = await run(["user", "list"]);
  return data.users.find((u: { username: string }) => u.username === username)?.["cluster-coverage"];
};

test("a user is made on every HSM that the client's configuration names", async () => {
  expect(await create("alice")).toEqual({ error_code: 0, data: { username: "alice", role: "crypto-user" } });
  expect(await coverage("alice")).toBe("full");
});

test("the list needs no login, and shows roles, locks and coverage", async () => {
  const { data } = await run(["user", "list"]);
  expect(data.users).toContainEqual({
    username: "admin",
    role: "admin",
    locked: "false",
    mfa: [],
    quorum: [],
    "cluster-coverage": "full",
  });
});

test("names have 31 characters at most, passwords 7 to 32", async () => {
  expect(await create("x".repeat(31))).toMatchObject({ error_code: 0 });
  expect(await create("x".repeat(32))).toMatchObject(refused(/Invalid username/));
  expect(await create("short", "123456")).toMatchObject(refused(/7 to 32/));
  expect(await create("long", "x".repeat(33))).toMatchObject(refused(/7 to 32/));
});

test("names have letters, digits and underscores, and come back in small letters («user create», User Guide)", async () => {
  expect(await create("my-app")).toMatchObject(refused(/Invalid username/));
  expect(await create("My_App1")).toMatchObject({ error_code: 0 });
  expect((await run(["user", "list"])).data.users.map((u: any) => u.username)).toContain("my_app1");
});

test("a name is there once", async () => {
  expect(await create("alice")).toMatchObject(refused(/already exists/));
});

test("only an admin manages users", async () => {
  const other = { role: "crypto-user", pin: "alice:long-enough" };
  const args = ["user", "create", "--username", "bob", "--role", "crypto-user", "--password", "long-enough"];
  expect(await run(args, other)).toMatchObject(refused(/as admin/));
  expect(await run(args)).toMatchObject(refused(/as admin/));
});

test("a wrong password is refused, the sixth locks the user, and a new password from the admin unlocks it", async () => {
  const login = (password: string) =>
    run(["user", "list"], { role: "crypto-user", pin: `alice:${password}` });
  for (let i = 0; i < 6; i++) expect(await login("wrong-password")).toMatchObject({ error_code: 1 });
  expect(await login("long-enough")).toMatchObject(refused(/locked/));
  const change = [
    "user",
    "change-password",
    "--username",
    "alice",
    "--role",
    "crypto-user",
    "--password",
    "another-one",
  ];
  expect(await asAdmin(...change)).toMatchObject({ error_code: 0 });
  expect(await login("another-one")).toMatchObject({ error_code: 0 });
});

test("a deleted user is gone from every HSM", async () => {
  expect(await asAdmin("user", "delete", "--username", "alice", "--role", "crypto-user")).toMatchObject({
    error_code: 0,
  });
  expect(await coverage("alice")).toBeUndefined();
  expect(await asAdmin("user", "delete", "--username", "alice", "--role", "crypto-user")).toMatchObject(
    refused(/does not exist/),
  );
});

test("a cluster is activated once", async () => {
  expect(await run(["cluster", "activate", "--password", "another-password"])).toMatchObject(
    refused(/ACTIVE, not INITIALIZED/),
  );
});

test("an HSM is trusted by its own cluster's trust anchor only", async () => {
  const other = await cloud.newCluster(chain.network);
  await cloud.addHsm(other.ClusterId!, ZONES[2]);
  const { TrustAnchor } = await sign((await cloud.cluster(other.ClusterId!)).Certificates!.ClusterCsr!);
  expect(await cli(chain.clusterId, TrustAnchor, ["user", "list"])).toMatchObject(refused(/trust anchor/));
});

test("what the program does not know is a usage error", async () => {
  await expect(run(["user", "dance"])).rejects.toThrow(/not valid JSON/);
});
