// Users that are not the same on every HSM, repaired: what it would do first, then one HSM after the other, the key store serving all the
// while; killed at any point, it continues.

import { activeCluster, Chain, connectedStore } from "../../emulator/conformance/chain";
import { eventOf } from "../../scripts/lib/api-reference/operator-actions";
import { TestCloud, until, ZONES } from "../../emulator/conformance/cloud";
import { HsmClient, killedAtEachChange } from "../../emulator/conformance/operator";

let cloud: TestCloud;
let chain: Chain;
let cli: HsmClient;
let keyId: string;
let keyStoreId: string;
let userNoteArn: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
  chain = await activeCluster(cloud, 2);
  cli = await chain.operator.client();
  keyStoreId = await connectedStore(cloud, chain);
  userNoteArn = (await cloud.secrets.createSecret({ Name: "user-audit" })).ARN!;
});
afterEach(() => cloud.endFaults());
afterAll(() => cloud.stop());

const hsms = async () => (await cloud.cluster(chain.clusterId)).Hsms!;
const ids = async () => (await hsms()).map((h) => h.HsmId).sort();
/** By a client whose configuration names all HSMs, or one of them. */
const asAdmin = async (command: string, address?: string) => {
  const pin = `admin:${await chain.operator.adminPassword(chain.clusterId)}`;
  const answer = await cli(
    chain.clusterId,
    chain.trustAnchor,
    command.split(" "),
    { role: "admin", pin },
    address,
  );
  expect(answer).toMatchObject({ error_code: 0 });
};
const create = (name: string, address?: string) =>
  asAdmin(`user create --username ${name} --role crypto-user --password ${name}-secret`, address);
const event = async (action: string, more: object = {}) =>
  eventOf(action, {
    ...(await chain.operator.userEvent(action, chain.clusterId, chain.trustAnchor)),
    kmsuser: true,
    userNoteArn,
    last: false,
    ...more,
  });
const run = async (action: string, more?: object) => chain.operator.invoke(await event(action, more));
const audit = async (more?: object) => (await run("audit-users", more)).answer;
/** As a person does: again while it is pending. */
const repair = async (more?: object): Promise<any> => {
  for (;;) {
    const { failed, answer } = await run("repair-users", more);
    if (failed || answer.status !== "pending") return answer;
  }
};
/** Uses the key all the while that something is done. */
async function whileServing<T>(work: () => Promise<T>): Promise<T> {
  let ended = false;
  let uses = 0;
  const serve = async () => {
    while (!ended) {
      const Plaintext = Buffer.from(`use ${uses}`);
      const { CiphertextBlob } = await cloud.kms.encrypt({ KeyId: keyId, Plaintext });
      await cloud.kms.decrypt({ CiphertextBlob });
      uses++;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const serving = serve();
  try {
    return await work();
  } finally {
    ended = true;
    await serving;
    expect(uses).toBeGreaterThan(10);
  }
}
/** Users are made while an HSM is partitioned: the one that is reached has them. */
async function unsynchronise(name: string): Promise<{ complete: string; lacking: string }> {
  const [complete, lacking] = (await hsms()).map((h) => h.EniIp!);
  const { HsmId } = (await hsms()).find((h) => h.EniIp === lacking)!;
  await cloud.post("faults", { hsm: HsmId, fault: "unreachable" });
  await create(name, complete);
  await cloud.endFaults();
  return { complete, lacking };
}

test("where nothing is off, nothing is planned", async () => {
  const { steps, byHand, problems } = await repair();
  expect({ steps, byHand, problems }).toEqual({ steps: [], byHand: [], problems: [] });
});

// Before there are keys: an HSM deletes nobody who owns any.
describe("kmsuser", () => {
  const connect = async () => {
    await cloud.kms.connectCustomKeyStore({ CustomKeyStoreId: keyStoreId });
    await cloud.keyStoreIn(keyStoreId, "CONNECTED");
  };
  const disconnect = async () => {
    await cloud.kms.disconnectCustomKeyStore({ CustomKeyStoreId: keyStoreId });
    await cloud.keyStoreIn(keyStoreId, "DISCONNECTED");
  };

  test("is made again in its place while the store is disconnected, and the store connects with it", async () => {
    await disconnect();
    const [first] = (await hsms()).map((h) => h.EniIp!);
    await asAdmin("user delete --username kmsuser --role crypto-user", first);
    const before = await ids();
    const { plan, steps } = await repair();
    expect(steps).toEqual([{ do: "mend", user: "kmsuser", hsms: [first] }]);
    expect(await repair({ plan })).toMatchObject({ status: "done", problems: [] });
    expect(await ids()).toEqual(before);
    await connect();
  });

  test("is left to a person where it is missing everywhere and its store is not disconnected", async () => {
    await disconnect();
    await asAdmin("user delete --username kmsuser --role crypto-user");
    await cloud.kms.connectCustomKeyStore({ CustomKeyStoreId: keyStoreId });
    await cloud.keyStoreIn(keyStoreId, "FAILED");
    const { steps, byHand } = await repair();
    expect(steps).toEqual([]);
    expect(byHand[0].commands).toContain(
      "aws kms disconnect-custom-key-store --custom-key-store-id KEY_STORE",
    );
    await disconnect();
    const { plan } = await repair();
    expect(await repair({ plan })).toMatchObject({ status: "done", problems: [] });
    await connect();
  });
});

describe("whoever has a password in a secret of ours is repaired in its place (CLOUDHSM_ADD_HSM_FAQ.md of RadiumGu/pix-proxy-samples; «Client SDK 5 user or policy contains inconsistent values», User Guide)", () => {
  const secretArns: Record<string, string> = {};
  const roles: Record<string, string> = { app: "crypto-user", second: "admin" };
  const ours = () => ({
    declared: roles,
    userSecrets: secretArns,
  });
  const login = async (name: string, address?: string) => {
    const SecretId = secretArns[name] ?? ((await event("repair-users")) as any).adminSecretArn;
    const { SecretString } = await cloud.secrets.getSecretValue({ SecretId });
    const pin = `${name}:${SecretString}`;
    return cli(
      chain.clusterId,
      chain.trustAnchor,
      ["user", "list"],
      { role: roles[name] ?? "admin", pin },
      address,
    );
  };
  /** Nobody is off afterwards, the HSMs are the same, and the one password opens all of them. */
  async function mends(name: string, hsms: string[]): Promise<void> {
    const before = await ids();
    const { plan, steps, byHand } = await repair(ours());
    expect({ steps, byHand }).toEqual({ steps: [{ do: "mend", user: name, hsms }], byHand: [] });
    expect(await repair({ ...ours(), plan })).toMatchObject({
      status: "done",
      problems: [],
      repaired: [`${name} is on every HSM, with the password in its secret`],
    });
    expect(await ids()).toEqual(before);
    expect(await login(name)).toMatchObject({ error_code: 0 });
  }
  const [make, remove] = ["user create", "user delete"].map(
    (verb) => (name: string, role: string, address: string, password?: string) =>
      asAdmin(
        `${verb} --username ${name} --role ${role}${password === undefined ? "" : ` --password ${password}`}`,
        address,
      ),
  );
  async function lockOut(name: string, role: string, address: string): Promise<void> {
    const wrong = { role, pin: `${name}:wrong-password` };
    for (let i = 0; i < 6; i++)
      await cli(chain.clusterId, chain.trustAnchor, ["user", "list"], wrong, address);
  }
  let one: string, two: string;

  beforeAll(async () => {
    [one, two] = (await hsms()).map((h) => h.EniIp!);
    for (const [userName, role] of Object.entries(roles)) {
      secretArns[userName] = (await cloud.secrets.createSecret({ Name: `users/${userName}` })).ARN!;
      const made = await run("ensure-user", {
        kmsuser: undefined,
        kmsuserSecretArn: undefined,
        userNoteArn: undefined,
        userName,
        role,
        userSecretArn: secretArns[userName],
        passwordVersion: "1",
      });
      expect(made).toMatchObject({ failed: false });
    }
  });
  afterAll(async () => {
    for (const [name, role] of Object.entries(roles))
      await asAdmin(`user delete --username ${name} --role ${role}`);
  });

  test("missing on an HSM", async () => {
    await remove("app", "crypto-user", two);
    await mends("app", [two]);
  });

  test("missing everywhere", async () => {
    for (const address of [one, two]) await remove("app", "crypto-user", address);
    await mends("app", [one, two].sort());
  });

  test("made again by hand with another password, which «user create» leaves as it is elsewhere", async () => {
    await remove("app", "crypto-user", one);
    await make("app", "crypto-user", one, "another-password");
    await remove("app", "crypto-user", two);
    await mends("app", [two]);
    for (const address of [one, two]) expect(await login("app", address)).toMatchObject({ error_code: 0 });
  });

  test("locked out on an HSM", async () => {
    await lockOut("app", "crypto-user", two);
    await mends("app", [two]);
  });

  test("with another role on an HSM", async () => {
    await remove("app", "crypto-user", two);
    await make("app", "admin", two, "another-password");
    await mends("app", [two]);
  });

  test("admin, by another admin of ours", async () => {
    await lockOut("admin", "admin", one);
    await mends("admin", [one]);
  });

  test("by itself where that is wanted", async () => {
    await remove("app", "crypto-user", one);
    const before = await ids();
    expect(await audit({ ...ours(), automatic: true })).toMatchObject({ status: "done", problems: [] });
    expect(await ids()).toEqual(before);
  });

  test("an HSM that is added while users are repaired ends the run, and the next run resumes", async () => {
    await remove("app", "crypto-user", two);
    const { plan } = await repair(ours());
    await cloud.post("faults", { operation: "hsm user-create", fault: "hold-answer" });
    const running = repair({ ...ours(), plan });
    const faults = async () => (await (await fetch(`${cloud.url}/_local/faults`)).json()).faults;
    await until(faults, ([held]) => held.struck > 0);
    const { HsmId } = (await hsms()).find((h) => h.EniIp === one)!;
    await cloud.post("faults", { hsm: HsmId, fault: "replaced" });
    await until(hsms, (all) => all.every((h) => h.State === "ACTIVE" && h.HsmId !== HsmId));
    await cloud.endFaults();
    expect(await running).toMatchObject({ errorType: "HsmsChanged" });
    expect(await repair({ ...ours(), plan })).toMatchObject({ status: "done", problems: [] });
    expect(await login("app")).toMatchObject({ error_code: 0 });
  });
});

test("the unsynchronised cluster: found by one audit, planned, repaired by replacement, the store serving all the while", async () => {
  const { KeyMetadata } = await cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId: keyStoreId });
  keyId = KeyMetadata!.KeyId!;
  const { complete, lacking } = await unsynchronise("half");
  expect((await audit()).problems).toEqual([
    { code: "missing", user: "half", hsm: lacking, problem: "is missing" },
  ]);

  const before = await ids();
  const { plan, steps, repaired } = await repair();
  const zone = (await hsms()).find((h) => h.EniIp === lacking)!.AvailabilityZone;
  expect(steps).toEqual([
    { do: "replace", hsm: lacking, place: `${zone} ${lacking}`, lacks: ["half"], serving: [complete] },
  ]);
  expect(repaired).toEqual([]);
  expect(await ids()).toEqual(before); // a dry run

  const done = await whileServing(() => repair({ plan }));
  expect(done).toMatchObject({
    status: "done",
    repaired: [`the HSM at ${lacking} is a clone of another one`],
    problems: [],
  });
  expect((await hsms()).map((h) => h.EniIp).sort()).toEqual([complete, lacking].sort());
  expect((await ids()).filter((id) => before.includes(id))).toHaveLength(1);
  expect((await audit()).problems).toEqual([]);
  // The answer was lost, so the person runs it again.
  const mended = await ids();
  expect(await repair({ plan })).toMatchObject({ status: "done", repaired: [], problems: [] });
  expect(await ids()).toEqual(mended);
});

test("a plan that is not the present one changes nothing", async () => {
  const before = await ids();
  expect(await repair({ plan: "0123456789abcdef" })).toMatchObject({ errorType: "PlanChanged" });
  expect(await ids()).toEqual(before);
});

test("two HSMs that each lack something have no clone that has it all: the exact commands", async () => {
  const { complete, lacking } = await unsynchronise("left");
  await create("right", lacking);
  const { steps, byHand } = await repair();
  expect(steps).toEqual([]);
  expect(byHand).toContainEqual({
    code: "missing",
    user: "left",
    hsm: lacking,
    problem: "is missing",
    commands: [
      `configure-cli --cluster-id ${chain.clusterId} --hsm-ca-cert customerCA.crt`,
      "cloudhsm-cli user create --username left --role crypto-user, with its password: it completes the HSMs that lack the user",
      "or, where the user should be nowhere: cloudhsm-cli user delete --username left --role admin, and with --role crypto-user; that the user does not exist under the one is no error",
    ],
  });
  // A person has seen which of the two is wrong.
  const wanted = await repair({ hsm: lacking });
  expect(wanted.steps).toMatchObject([{ do: "replace", hsm: lacking, serving: [complete] }]);
  expect(await repair({ hsm: lacking, plan: wanted.plan })).toMatchObject({ status: "done", problems: [] });
  expect((await audit()).users.map((u: any) => u.username)).not.toContain("right");
});

test("killed at each call that changes something, it continues with the same plan, and nothing is there twice", async () => {
  const { lacking } = await unsynchronise("late");
  const before = await ids();
  const { plan } = await repair();
  await cloud.post("snapshots", { name: "unsynchronised" });
  let seenAway = 0;
  const kills = await killedAtEachChange(cloud, chain.operator, {
    prepare: () => cloud.post("snapshots/unsynchronised/restore"),
    run: () => run("repair-users", { plan }),
    check: async (last, call) => {
      const answer = last.answer.status === "pending" ? await repair({ plan }) : last.answer;
      expect({ call, ...answer }).toMatchObject({ call, status: "done", problems: [] });
      expect((await audit()).problems).toEqual([]);
      const now = await ids();
      expect(now).toHaveLength(2);
      expect(now.filter((id) => before.includes(id))).toHaveLength(1);
    },
    // Whoever looks meanwhile sees what is not finished, by hand and by the schedule.
    meanwhile: async () => {
      const [step] = (await repair()).steps;
      if (step?.do !== "finish") return;
      seenAway++;
      expect(step.place).toMatch(new RegExp(` ${lacking}$`));
      expect((await audit()).problems).toContainEqual({
        code: "away",
        hsm: lacking,
        problem: expect.stringMatching(/repair was cut off/),
      });
    },
  });
  expect(kills).toBeGreaterThan(5);
  expect(seenAway).toBeGreaterThan(1);
});

test("an HSM that a person has named is replaced also where the run was cut off before it was deleted", async () => {
  const [hsm] = await hsms();
  const { plan } = await repair({ hsm: hsm.EniIp });
  await cloud.post("faults", {
    operation: "DeleteHsm",
    fault: "error",
    code: "CloudHsmAccessDeniedException",
    status: 400,
  });
  expect(await repair({ hsm: hsm.EniIp, plan })).toMatchObject({
    errorType: "CloudHsmAccessDeniedException",
  });
  await cloud.endFaults();
  expect(await ids()).toContain(hsm.HsmId);
  expect(await repair({ hsm: hsm.EniIp, plan })).toMatchObject({ status: "done", problems: [] });
  expect(await ids()).not.toContain(hsm.HsmId);
  expect(await hsms()).toHaveLength(2);
});

test("if something else has taken the HSM's address, it says so, and resumes once the address is free", async () => {
  const [{ EniIp, HsmId, SubnetId }] = await hsms();
  const { plan } = await repair({ hsm: EniIp });
  await cloud.post("faults", {
    operation: "CreateHsm",
    fault: "error",
    code: "CloudHsmServiceException",
    status: 400,
  });
  expect(await repair({ hsm: EniIp, plan })).toMatchObject({ errorType: "CloudHsmServiceException" });
  await cloud.endFaults();
  const { NetworkInterface } = await cloud.ec2.createNetworkInterface({ SubnetId, PrivateIpAddress: EniIp });
  expect(await repair({ hsm: EniIp, plan })).toMatchObject({ errorType: "AddressTaken" });
  expect(await hsms()).toHaveLength(1);
  await cloud.ec2.deleteNetworkInterface({ NetworkInterfaceId: NetworkInterface!.NetworkInterfaceId });
  expect(await repair({ hsm: EniIp, plan })).toMatchObject({ status: "done", problems: [] });
  expect(await ids()).not.toContain(HsmId);
  expect((await hsms()).map((h) => h.EniIp)).toContain(EniIp);
});

test("automatic: one audit finds it and repairs it; without it, an audit changes nothing", async () => {
  await unsynchronise("auto");
  const before = await ids();
  await audit();
  expect(await ids()).toEqual(before);
  const mended = await whileServing(() => audit({ automatic: true }));
  expect(mended).toMatchObject({ status: "done", problems: [] });
  expect(await ids()).not.toEqual(before);
});

test("an undeclared user or an unexpected admin is not cloned to other HSMs, but left to a person", async () => {
  const { complete, lacking } = await unsynchronise("stray");
  await asAdmin("user create --username boss --role admin --password boss-secret", complete);
  const theirs = (await audit()).users.filter(
    (u: any) => u.role === "crypto-user" && !["kmsuser", "stray"].includes(u.username),
  );
  const declared = Object.fromEntries(theirs.map((u: any) => [u.username, u.role]));
  const { steps, byHand } = await repair({ declared });
  expect(steps).toEqual([]);
  expect(byHand.map(({ user, hsm, problem }: any) => [user, hsm, problem])).toEqual([
    ["boss", complete, "is an admin whom nobody expects"],
    ["stray", complete, "is not declared"],
  ]);
  const before = await ids();
  await audit({ automatic: true, declared });
  expect(await ids()).toEqual(before);
  for (const [name, role] of [
    ["boss", "admin"],
    ["stray", "crypto-user"],
  ])
    await asAdmin(`user delete --username ${name} --role ${role}`, complete);
  expect((await audit({ declared })).problems).toEqual([]);
  expect((await hsms()).map((h) => h.EniIp)).toContain(lacking);
});

test("changedOnly audits again only after HSMs were added or removed", async () => {
  await audit();
  expect(await audit({ changedOnly: true })).toMatchObject({
    notice: "the same HSMs as at the last audit",
  });
  await cloud.addHsm(chain.clusterId, ZONES[0]);
  expect((await audit({ changedOnly: true })).users.length).toBeGreaterThan(1);
  expect(await audit({ changedOnly: true })).toMatchObject({
    notice: "the same HSMs as at the last audit",
  });
});

test("three HSMs, two of which lack a user: one after the other, two serve all the while", async () => {
  const [complete, second, third] = (await hsms()).map((h) => h.EniIp!);
  await create("alone", complete);
  const { plan, steps } = await repair();
  expect(steps.map((s: any) => s.hsm).sort()).toEqual([second, third].sort());
  let fewest = 3;
  let ended = false;
  const watch = (async () => {
    while (!ended) {
      fewest = Math.min(fewest, (await hsms()).filter((h) => h.State === "ACTIVE").length);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  const repaired = await whileServing(() => repair({ plan })).finally(() => (ended = true));
  await watch;
  expect(repaired).toMatchObject({ status: "done", problems: [] });
  expect(fewest).toBe(2);
});

test("with one HSM there is none that could serve meanwhile: nothing is deleted", async () => {
  const [keep, ...others] = await hsms();
  for (const { HsmId } of others) await cloud.hsm.deleteHsm({ ClusterId: chain.clusterId, HsmId });
  await until(hsms, (left) => left.length === 1);
  const wanted = await repair({ hsm: keep.EniIp });
  expect(await repair({ hsm: keep.EniIp, plan: wanted.plan })).toMatchObject({ errorType: "TooFewHsms" });
  expect(await ids()).toEqual([keep.HsmId]);
});
