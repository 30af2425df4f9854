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

test("a deleted user is on no HSM any more", async () => {
  expect(await asAdmin("user", "delete", "--username", "alice", "--role", "crypto-user")).toMatchObject({
    error_code: 0,
  });
  expect(await coverage("alice")).toBeUndefined();
  expect(await asAdmin("user", "delete", "--username", "alice", "--role", "crypto-user")).toMatchObject(
    refused(/does not exist/),
  );
});

describe("what differs between HSMs (CLOUDHSM_ADD_HSM_FAQ.md of RadiumGu/pix-proxy-samples, measured; «Client SDK 5 user or policy contains inconsistent values», User Guide)", () => {
  const user = async (username: string) =>
    (await run(["user", "list"])).data.users.find((u: { username: string }) => u.username === username);
  const addresses = async () => (await cloud.cluster(chain.clusterId)).Hsms!.map((h) => h.EniIp!);
  const at = (address: string, ...args: string[]) =>
    cli(chain.clusterId, chain.trustAnchor, args, admin, address);
  const createAt = (address: string, username: string, role = "crypto-user") =>
    at(address, "user", "create", "--username", username, "--role", role, "--password", "long-enough");

  test("a user that an HSM lacks is «inconsistent», and «user create» again completes it", async () => {
    const [one] = await addresses();
    await createAt(one, "u05");
    expect(await user("u05")).toMatchObject({ "cluster-coverage": "inconsistent" });
    expect(await create("u05")).toEqual({ error_code: 0, data: { username: "u05", role: "crypto-user" } });
    expect(await coverage("u05")).toBe("full");
    expect(await create("u05")).toMatchObject(refused(/already exists/));
  });

  test("a user who should not exist is deleted by «user delete»; under the other role «Specified user does not exist»", async () => {
    const [one] = await addresses();
    await createAt(one, "u06");
    const remove = (role: string) => asAdmin("user", "delete", "--username", "u06", "--role", role);
    expect(await remove("admin")).toEqual({ error_code: 1, data: "Specified user does not exist" });
    expect(await remove("crypto-user")).toMatchObject({ error_code: 0 });
    expect(await user("u06")).toBeUndefined();
  });

  test("a role that differs is «inconsistent»; it is made again after it is deleted under both", async () => {
    const [one, two] = await addresses();
    await createAt(one, "u07", "crypto-user");
    await createAt(two, "u07", "admin");
    expect(await user("u07")).toMatchObject({ role: "inconsistent", "cluster-coverage": "full" });
    for (const role of ["admin", "crypto-user"])
      expect(await asAdmin("user", "delete", "--username", "u07", "--role", role)).toMatchObject({
        error_code: 0,
      });
    expect(await create("u07")).toMatchObject({ error_code: 0 });
    expect(await user("u07")).toMatchObject({ role: "crypto-user", "cluster-coverage": "full" });
  });

  test("one locked on some HSMs only has «locked» «inconsistent», and «user change-password» repairs it", async () => {
    await create("u08");
    const [one] = await addresses();
    const wrong = { role: "crypto-user", pin: "u08:wrong-password" };
    for (let i = 0; i < 6; i++) await cli(chain.clusterId, chain.trustAnchor, ["user", "list"], wrong, one);
    expect(await user("u08")).toMatchObject({ locked: "inconsistent" });
    await asAdmin(
      "user",
      "change-password",
      "--username",
      "u08",
      "--role",
      "crypto-user",
      "--password",
      "another-one",
    );
    expect(await user("u08")).toMatchObject({ locked: "false" });
  });

  test("a second factor on some HSMs only has a status «inconsistent», until it is deregistered", async () => {
    await create("u09");
    const [one] = await addresses();
    const mfa = ["user", "change-mfa", "token-sign", "--username", "u09", "--role", "crypto-user"];
    expect(await at(one, ...mfa, "--token", "/dev/null")).toMatchObject({ error_code: 0 });
    expect((await user("u09")).mfa).toEqual([{ strategy: "token-sign", status: "inconsistent" }]);
    expect(await asAdmin(...mfa, "--deregister")).toMatchObject({ error_code: 0 });
    expect((await user("u09")).mfa).toEqual([]);
  });

  test("«full» is no more than every HSM that the configuration names", async () => {
    const [one] = await addresses();
    await createAt(one, "u10");
    const { data } = await at(one, "user", "list");
    expect(data.users).toContainEqual(
      expect.objectContaining({ username: "u10", "cluster-coverage": "full" }),
    );
  });
});

test("«cluster hsm-info» names hardware and firmware, and neither address nor id (VERIFICATION.md of RadiumGu/pix-proxy-samples)", async () => {
  const { data } = await run(["cluster", "hsm-info"]);
  const { Hsms } = await cloud.cluster(chain.clusterId);
  expect(data.hsms).toHaveLength(2);
  expect(Object.keys(data.hsms[0])).toEqual(
    expect.arrayContaining(["vendor", "model", "serial-number", "firmware-id", "fips-state"]),
  );
  for (const { HsmId, EniIp } of Hsms!) {
    expect(JSON.stringify(data)).not.toContain(HsmId);
    expect(JSON.stringify(data)).not.toContain(EniIp);
  }
});

describe("where there is no connection (VERIFICATION.md of RadiumGu/pix-proxy-samples)", () => {
  const fault = async (body: object) => void (await cloud.post("faults", body));
  afterEach(() => cloud.endFaults());

  test("an HSM whose group allows nobody is «Failed to initialize hsm1 context»", async () => {
    const { Hsms } = await cloud.cluster(chain.clusterId);
    await fault({ hsm: Hsms![0].HsmId, fault: "unreachable" });
    expect(await run(["user", "list"])).toEqual({
      error_code: 1,
      data: "Failed to initialize hsm1 context",
    });
  });

  test("a connection that breaks is «HSM is disconnected»", async () => {
    await fault({ operation: "hsm user-list", fault: "drop" });
    expect(await run(["user", "list"])).toEqual({ error_code: 1, data: "HSM is disconnected" });
  });
});

test("keys want two HSMs, looked at when the client starts, unless the check is off (VERIFICATION.md of RadiumGu/pix-proxy-samples: 87 s)", async () => {
  await create("u11");
  const login = { role: "crypto-user", pin: "u11:long-enough" };
  const list = (address?: string) => cli(chain.clusterId, chain.trustAnchor, ["key", "list"], login, address);
  const [{ EniIp }] = (await cloud.cluster(chain.clusterId)).Hsms!;
  expect(await list()).toMatchObject({ error_code: 0 });
  expect(await list(EniIp)).toMatchObject(refused(/must be available on at least 2 HSMs/));
});

test("a cluster is activated once", async () => {
  expect(await run(["cluster", "activate", "--password", "another-password"])).toMatchObject(
    refused(/^Cluster has already been activated$/),
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
