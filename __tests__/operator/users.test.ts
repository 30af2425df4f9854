// Users as code: made, given new passwords and removed by the real operator; killed anywhere, the next run ends it.

import { activeCluster, Chain } from "../../emulator/conformance/chain";
import { eventOf } from "../../scripts/lib/api-reference/operator-actions";
import { TestCloud, until, ZONES } from "../../emulator/conformance/cloud";
import { HsmClient, killedAtEachChange } from "../../emulator/conformance/operator";

let cloud: TestCloud;
let chain: Chain;
let cli: HsmClient;
let userSecretArn: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
  chain = await activeCluster(cloud, 2);
  cli = await chain.operator.client();
  userSecretArn = (await cloud.secrets.createSecret({ Name: "users/app" })).ARN!;
  await cloud.post("snapshots", { name: "begin" });
});
beforeEach(async () => {
  await cloud.post("snapshots/begin/restore");
});
afterEach(() => cloud.endFaults());
afterAll(() => cloud.stop());

const run = async (action: string, more: object = {}): Promise<any> => {
  const event = await chain.operator.userEvent(action, chain.clusterId, chain.trustAnchor);
  const user = { userName: "app", role: "crypto-user", userSecretArn, passwordVersion: "1" };
  return (await chain.operator.invoke(eventOf(action, { ...event, ...user, ...more }))).answer;
};
const ensure = (more?: object) => run("ensure-user", more);
const remove = (more?: object) => run("remove-user", more);
const password = async (SecretId = userSecretArn) =>
  (await cloud.secrets.getSecretValue({ SecretId })).SecretString!;
const as = (role: string, pin: string, command: string, address?: string) =>
  cli(chain.clusterId, chain.trustAnchor, command.split(" "), { role, pin }, address);
const asAdmin = async (command: string, address?: string) =>
  as("admin", `admin:${await chain.operator.adminPassword(chain.clusterId)}`, command, address);
const asApp = async (command: string) => as("crypto-user", `app:${await password()}`, command);
const coverage = async () =>
  (await cli(chain.clusterId, chain.trustAnchor, ["user", "list"])).data.users.find(
    (u: any) => u.username === "app",
  )?.["cluster-coverage"];
const hsms = async () => (await cloud.cluster(chain.clusterId)).Hsms!;
/** Kills the function before each of its changes, and gives what the next run says, one after the other. */
async function killedEverywhere(prepare: () => Promise<unknown>, action: () => Promise<any>): Promise<any[]> {
  await prepare();
  await cloud.post("snapshots", { name: "prepared" });
  const answers: any[] = [];
  await killedAtEachChange(cloud, chain.operator, {
    prepare: () => cloud.post("snapshots/prepared/restore"),
    run: async () => ({ answer: await action() }),
    check: async ({ answer }) => answers.push(answer),
  });
  return answers;
}

test("a user is made on every HSM with the password in its secret; a second run changes nothing", async () => {
  expect(await ensure()).toMatchObject({ status: "done", hsms: 2, made: true });
  expect(await coverage()).toBe("full");
  expect(await asApp("key list")).toMatchObject({ error_code: 0 });
  const first = await password();
  expect(await ensure()).toMatchObject({ status: "done", made: false });
  expect(await password()).toBe(first);
});

test("a further admin is one", async () => {
  expect(await ensure({ role: "admin" })).toMatchObject({ status: "done" });
  expect(await as("admin", `app:${await password()}`, "user list")).toMatchObject({ error_code: 0 });
});

test("another passwordVersion is another password, once; the old one is dead", async () => {
  await ensure();
  const first = await password();
  await ensure({ passwordVersion: "2" });
  const second = await password();
  expect(second).not.toBe(first);
  expect(await asApp("key list")).toMatchObject({ error_code: 0 });
  expect(await as("crypto-user", `app:${first}`, "key list")).toMatchObject({ error_code: 1 });
  await ensure({ passwordVersion: "2" });
  expect(await password()).toBe(second);
});

test("an HSM that lacks the user gets it, and one where somebody has changed the password gets the secret's", async () => {
  await ensure();
  const [first, second] = (await hsms()).map((h) => h.EniIp!);
  await asAdmin("user delete --username app --role crypto-user", first);
  await asAdmin("user change-password --username app --role crypto-user --password by-hand-1", second);
  expect(await ensure()).toMatchObject({ status: "done", made: true });
  expect(await asApp("key list")).toMatchObject({ error_code: 0 });
});

test("killed at any call that may change something, the next run ends it", async () => {
  for (const version of ["1", "2"]) {
    const answers = await killedEverywhere(
      () => (version === "2" ? ensure() : Promise.resolve()),
      () => ensure({ passwordVersion: version }),
    );
    expect(answers.length).toBeGreaterThan(4);
    for (const answer of answers) expect(answer).toMatchObject({ status: "done" });
    expect(await asApp("key list")).toMatchObject({ error_code: 0 });
  }
});

describe("a user of somebody else's", () => {
  beforeEach(() => asAdmin("user create --username app --role crypto-user --password somebody-s"));

  test("is refused, and keeps its password", async () => {
    expect(await ensure()).toMatchObject({ errorType: "HsmUserExists" });
    expect(await as("crypto-user", "app:somebody-s", "key list")).toMatchObject({ error_code: 0 });
  });

  test("is adopted if `adopt` is set, with a new password", async () => {
    expect(await ensure({ adopt: true })).toMatchObject({ status: "done", made: false });
    expect(await asApp("key list")).toMatchObject({ error_code: 0 });
    expect(await as("crypto-user", "app:somebody-s", "key list")).toMatchObject({ error_code: 1 });
  });

  test("is taken as it is where its password is in the secret", async () => {
    await ensure();
    await cloud.secrets.putSecretValue({ SecretId: userSecretArn, SecretString: "somebody-s" });
    expect(await ensure()).toMatchObject({ status: "done", made: false });
    expect(await as("crypto-user", "app:somebody-s", "key list")).toMatchObject({ error_code: 0 });
    expect(await password()).toBe("somebody-s");
  });

  test("with another role is never touched", async () => {
    expect(await ensure({ role: "admin", adopt: true })).toMatchObject({ errorType: "HsmUserExists" });
    expect(await remove({ role: "admin" })).toMatchObject({ errorType: "HsmUserExists" });
    expect(await coverage()).toBe("full");
  });
});

describe("removing", () => {
  test("a user without keys takes it off every HSM; a second run has nothing to do", async () => {
    await ensure();
    expect(await remove()).toMatchObject({ status: "done", hsms: 2, keys: 0 });
    expect(await coverage()).toBeUndefined();
    expect(await remove()).toMatchObject({ status: "done", hsms: 0 });
  });

  test("a user who owns keys is refused with their number, on any HSM; nothing is changed", async () => {
    await ensure();
    for (const label of ["one", "two"])
      await asApp(`key generate-symmetric aes --label ${label} --key-length-bytes 32`);
    const refused = await remove();
    expect(refused).toMatchObject({ errorType: "UserOwnsKeys" });
    expect(refused.errorMessage).toMatch(/owns keys in cluster cluster-\w+, 2 or more/);
    expect((await asApp("key list")).data.total_key_count).toBe(2);
  });

  test("deletes the keys first if permitted; killed anywhere, the next run completes it", async () => {
    const answers = await killedEverywhere(
      async () => {
        await ensure();
        for (const label of ["one", "two"])
          await asApp(`key generate-symmetric aes --label ${label} --key-length-bytes 32`);
      },
      () => remove({ deleteKeys: true }),
    );
    expect(answers.length).toBeGreaterThan(3);
    for (const answer of answers) expect(answer).toMatchObject({ status: "done" });
    expect(await coverage()).toBeUndefined();
  });

  test("a user whose password is not in the secret stays where it owns keys: the HSM refuses", async () => {
    await ensure();
    await asApp("key generate-symmetric aes --label mine --key-length-bytes 32");
    await asAdmin("user change-password --username app --role crypto-user --password by-hand-1");
    const refused = await remove({ deleteKeys: true });
    expect(refused).toMatchObject({ errorType: "HsmUser" });
    expect(refused.errorMessage).toMatch(/owns 1 keys/);
    expect(await coverage()).toBe("full");
  });
});

describe("a cluster whose changes of users want a quorum", () => {
  test("refuses with what to do, and changes nothing; a deploy without a change passes", async () => {
    await ensure();
    await asAdmin("quorum token-sign set-quorum-value --service user --value 2");
    expect(await ensure()).toMatchObject({ status: "done", made: false });
    for (const refused of [await ensure({ passwordVersion: "2" }), await remove()]) {
      expect(refused).toMatchObject({ errorType: "QuorumRequired" });
      expect(refused.errorMessage).toMatch(/wants 2 admins.*--approval FILE.*quorum token-sign generate/);
    }
    expect(await coverage()).toBe("full");
    const { answer } = await chain.operator.invoke({
      ...(await chain.operator.userEvent("audit-users", chain.clusterId, chain.trustAnchor)),
    });
    const [first] = (await hsms()).map((h) => h.EniIp!);
    expect(answer.quorum[first]).toEqual({ user: 2, quorum: 1, cluster: 1 });
  });

  test("one HSM with another quorum is a problem", async () => {
    const [first] = (await hsms()).map((h) => h.EniIp!);
    await asAdmin("quorum token-sign set-quorum-value --service user --value 2", first);
    const { answer } = await chain.operator.invoke(
      await chain.operator.userEvent("audit-users", chain.clusterId, chain.trustAnchor),
    );
    expect(answer.problems).toContainEqual({
      hsm: first,
      code: "quorum-differs",
      problem: 'has the quorum {"user":2,"quorum":1,"cluster":1}, and others another one',
    });
  });
});

test("drift: users that are declared and missing, and others that nobody has declared", async () => {
  await ensure();
  await asAdmin("user create --username stray --role crypto-user --password stray-one");
  const event = await chain.operator.userEvent("audit-users", chain.clusterId, chain.trustAnchor);
  const declared = { app: "admin", missing: "crypto-user" };
  const { answer } = await chain.operator.invoke({ ...event, kmsuser: true, declared });
  const problems = new Set(answer.problems.map((p: any) => `${p.user} ${p.problem}`));
  expect([...problems]).toEqual([
    "app has the role crypto-user, not admin as declared",
    "missing is missing",
    "stray is not declared",
  ]);
});

describe("users and HSMs that change at once", () => {
  test("take turns where both are the operator's", async () => {
    const places = [
      ...(await hsms()).map((h) => ({ availabilityZone: h.AvailabilityZone, ipAddress: h.EniIp })),
    ];
    const more = { availabilityZone: ZONES[2], ipAddress: "10.9.0.150" };
    const [made, user] = await Promise.all([
      chain.operator.invoke({ action: "ensure-hsms", clusterId: chain.clusterId, hsms: [...places, more] }),
      ensure(),
    ]);
    expect([made.failed, user.status]).toEqual([false, "done"]);
    expect(await hsms()).toHaveLength(3);
    expect(await coverage()).toBe("full");
  });

  test("an HSM that somebody else makes meanwhile is seen, and the next run gives it the user", async () => {
    const logins = async () =>
      (await cloud.recordedCalls()).filter((c) => c.operation === "hsm login").length;
    const before = await logins();
    await cloud.post("faults", { operation: "hsm user-create", fault: "delay", seconds: 2 });
    const running = ensure();
    await until(logins, (now) => now > before);
    await cloud.hsm.createHsm({ ClusterId: chain.clusterId, AvailabilityZone: ZONES[2] });
    expect(await running).toMatchObject({ errorType: "HsmsChanged" });
    await until(hsms, (all) => all.every((h) => h.State === "ACTIVE"));
    expect(await ensure()).toMatchObject({ status: "done", hsms: 3 });
    expect(await coverage()).toBe("full");
  });

  test("a lock that a killed run has left ends by itself", async () => {
    await cloud.post("faults", { function: chain.operator.functionName, fault: "kill", call: 6 });
    await ensure();
    await cloud.endFaults();
    await chain.operator.letLeaseEnd();
    expect(await ensure()).toMatchObject({ status: "done" });
  });
});
