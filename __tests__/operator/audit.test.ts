// The unsynchronised cluster: an HSM is out of reach while users are made. Found within one audit, repaired by replacement, the store serving.

import { activeCluster, Chain, connectedStore } from "../../emulator/conformance/chain";
import { TestCloud, until } from "../../emulator/conformance/cloud";
import { HsmClient } from "../../emulator/conformance/operator";

import { CertificateAuthority, ClusterOperator, HsmCluster, HsmNetwork, UserAudit } from "../../constructs";
import { putMadeAlarm } from "./made-alarm";
import { EXISTING_NETWORK, Synthesized } from "../../scripts/lib/synthesize";

let cloud: TestCloud;
let chain: Chain;
let cli: HsmClient;
let keyId: string;

/** The alarm that the construct makes. */
const made = new Synthesized((stack) => {
  const network = (id: string) => HsmNetwork.fromExisting(stack, id, EXISTING_NETWORK);
  const operator = new ClusterOperator(stack, "operator", { network: network("a") });
  const signer = new CertificateAuthority(stack, "ca");
  const cluster = new HsmCluster(stack, "cluster", { network: network("b"), operator, signer });
  new UserAudit(stack, "audit", { cluster, operator });
}).resource("aws_cloudwatch_metric_alarm", "users-differ");

beforeAll(async () => {
  cloud = await TestCloud.start();
  chain = await activeCluster(cloud, 2);
  cli = await chain.operator.client();
  const CustomKeyStoreId = await connectedStore(cloud, chain);
  const { KeyMetadata } = await cloud.kms.createKey({ Origin: "AWS_CLOUDHSM", CustomKeyStoreId });
  keyId = KeyMetadata!.KeyId!;
  await putMadeAlarm(cloud, made, { Cluster: chain.clusterId });
});
/** What the alarm says a minute after an audit. */
const expectAlarm = async (state: "OK" | "ALARM") => {
  await cloud.advanceClock(61);
  await until(
    async () => (await cloud.alarms.describeAlarms({})).MetricAlarms![0].StateValue,
    (now) => now === state,
  );
};
afterAll(() => cloud.stop());

const hsms = async () => (await cloud.cluster(chain.clusterId)).Hsms!;
/** By a client whose configuration names all HSMs, or one of them. */
const asAdmin = async (command: string, address?: string) => {
  const pin = `admin:${await chain.operator.adminPassword(chain.clusterId)}`;
  return cli(chain.clusterId, chain.trustAnchor, command.split(" "), { role: "admin", pin }, address);
};
const audit = async (more: object = {}): Promise<any> => {
  const { clusterId, trustAnchor } = chain;
  const event = { action: "audit-users", clusterId, trustAnchor, kmsuser: true, last: true, ...more };
  return (await chain.operator.invoke(event)).answer;
};
const expectToServe = async () => {
  const { CiphertextBlob } = await cloud.kms.encrypt({ KeyId: keyId, Plaintext: Buffer.from("mine") });
  await cloud.kms.decrypt({ CiphertextBlob });
};

test("a cluster in step has no problem, and the report has each user with its HSMs", async () => {
  const { problems, users } = await audit();
  expect(problems).toEqual([]);
  await expectAlarm("OK");
  const all = (await hsms()).map((h) => h.EniIp).sort();
  for (const username of ["admin", "kmsuser"])
    expect(users).toContainEqual({
      username,
      role: username === "admin" ? "admin" : "crypto-user",
      locked: false,
      mfa: [],
      quorum: [],
      hsms: expect.arrayContaining(all),
    });
});

test("a user who is on one HSM only is named, with the HSM that lacks it; that HSM's clone has all, and the store serves", async () => {
  const [first, second] = await hsms();
  await cloud.post("faults", { hsm: second.HsmId, fault: "unreachable" });
  const create = "user create --username half --role crypto-user --password half-secret";
  expect((await asAdmin(create)).error_code).not.toBe(0); // nobody is made where not all are reached
  expect((await asAdmin(create, first.EniIp)).error_code).toBe(0);
  await cloud.endFaults();
  expect((await audit()).problems).toEqual([
    { code: "missing", user: "half", hsm: second.EniIp, problem: "is missing" },
  ]);
  await expectAlarm("ALARM");
  await expectToServe();
  await cloud.hsm.deleteHsm({ ClusterId: chain.clusterId, HsmId: second.HsmId });
  await until(hsms, (left) => left.length === 1);
  await expectToServe();
  await cloud.addHsm(chain.clusterId, second.AvailabilityZone!);
  await expectToServe();
  await cloud.advanceClock(made.period);
  expect((await audit()).problems).toEqual([]);
  await expectAlarm("OK");
});

test("an unexpected admin is named on each HSM, unless allowed", async () => {
  await asAdmin("user create --username second --role admin --password second-secret");
  const addresses = (await hsms()).map((h) => h.EniIp).sort();
  expect((await audit()).problems).toEqual(
    addresses.map((hsm) => ({
      code: "unexpected-admin",
      user: "second",
      hsm,
      problem: "is an admin whom nobody expects",
    })),
  );
  expect((await audit({ admins: ["third", "second"] })).problems).toEqual([]);
});

test("a user who is locked out is named", async () => {
  for (let i = 0; i < 6; i++)
    await cli(chain.clusterId, chain.trustAnchor, ["user", "list"], {
      role: "crypto-user",
      pin: "half:wrong-one",
    });
  const { problems } = await audit({ admins: ["second"] });
  expect(problems).toContainEqual(expect.objectContaining({ user: "half", problem: "is locked out" }));
});

test("the log names user and HSM, and has the number as a metric", async () => {
  const log = (await chain.operator.log()).filter((line) => line.includes('"audit-users"')).join("\n");
  expect(log).toMatch(/half is missing on HSM 10\.\d+\.\d+\.\d+/);
  expect(log).toMatch(/"UserProblems":1/);
});

test("without an HSM there are no users to audit", async () => {
  for (const { HsmId } of await hsms()) await cloud.hsm.deleteHsm({ ClusterId: chain.clusterId, HsmId });
  await until(hsms, (left) => left.length === 0);
  expect(await audit()).toMatchObject({ status: "done", problems: [], notice: "no HSM is ACTIVE" });
});
