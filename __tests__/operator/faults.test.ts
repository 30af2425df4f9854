// The whole life of a cluster by the operator's actions while the calls that they make fail by chance: what passes by
// itself is passed over, and where an HSM's answer is lost, the next run ends well.

import { TestCloud, ZONES } from "../../emulator/conformance/cloud";
import { beforeInitialization, HsmClient, Operator } from "../../emulator/conformance/operator";

let cloud: TestCloud;
let operator: Operator;
let client: HsmClient;
let clusterId: string;
let trustAnchor: string;
let certificates: { SignedCert: string; TrustAnchor: string };

beforeAll(async () => {
  cloud = await TestCloud.start();
  ({ operator, clusterId, certificates } = await beforeInitialization(cloud));
  client = await operator.client();
  trustAnchor = certificates.TrustAnchor;
  await operator.userEvent("activate", clusterId, trustAnchor); // makes the secrets
  await cloud.post("snapshots", { name: "new" });
});
afterAll(() => cloud.stop());
afterEach(() => cloud.endFaults());

/** All that the actions call; the credentials' way to it is not theirs. */
const AWS_CALLS = [
  "DescribeClusters",
  "InitializeCluster",
  "CreateHsm",
  "DescribeCustomKeyStores",
  "ConnectCustomKeyStore",
  "DisconnectCustomKeyStore",
  "DeleteCustomKeyStore",
  "ListKeys",
  "CreateSecret",
  "DescribeSecret",
  "GetSecretValue",
  "GetRandomPassword",
  "PutSecretValue",
  "UpdateSecret",
  "UpdateSecretVersionStage",
];
const HSM_CALLS = [
  "login",
  "logout",
  "user-list",
  "user-create",
  "user-change-password",
  "cluster-activate",
].map((command) => `hsm ${command}`);

/** Runs an action as Terraform's chain of invocations does; `tries` is how often a person may run it again. */
async function run(event: object, tries = 1): Promise<any> {
  const errors: unknown[] = [];
  while (errors.length < tries) {
    const { failed, answer } = await operator.invoke(event);
    if (!failed && answer.status === "done") return answer;
    if (failed) errors.push(answer);
  }
  throw new Error(`${JSON.stringify(event)}: ${JSON.stringify(errors)}`);
}

/** The test's own calls meet the faults as well. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}

/** From a new cluster to a deleted key store, and what a person finds on the way. */
async function wholeLife(tries: number): Promise<void> {
  const user = async (action: string) => {
    const { last: _, ...event } = (await operator.userEvent(action, clusterId, trustAnchor)) as any;
    return run(event, tries);
  };
  const initialize = {
    action: "initialize",
    clusterId,
    trustAnchor,
    signedCertificate: certificates.SignedCert,
    trustAnchorSecret: `safe-storage/${clusterId}/trust-anchor`,
  };
  expect(await run(initialize, tries)).toMatchObject({ clusterState: "INITIALIZED" });
  expect(await user("activate")).toMatchObject({ clusterState: "ACTIVE" });
  const hsms = [
    {
      availabilityZone: ZONES[0],
      ipAddress: (await patiently(() => cloud.cluster(clusterId))).Hsms![0].EniIp,
    },
    { availabilityZone: ZONES[1], ipAddress: "10.9.0.100" },
  ];
  expect((await run({ action: "ensure-hsms", clusterId, hsms }, tries)).hsms).toHaveLength(2);
  expect(await user("create-kmsuser")).toMatchObject({ hsms: 2 });
  const { kmsuserSecretArn } = (await operator.userEvent("create-kmsuser", clusterId, trustAnchor)) as any;
  const password = await patiently(() => cloud.secrets.getSecretValue({ SecretId: kmsuserSecretArn }));
  const store = await cloud.kms.createCustomKeyStore({
    CustomKeyStoreName: "store",
    CloudHsmClusterId: clusterId,
    TrustAnchorCertificate: trustAnchor,
    KeyStorePassword: password.SecretString,
  });
  const keyStoreId = store.CustomKeyStoreId!;
  await run({ action: "connect-key-store", keyStoreId }, tries);
  const before = await patiently(() => operator.adminPassword(clusterId));
  expect(await user("rotate-admin-password")).toMatchObject({ hsms: 2 });
  const status = await run({ action: "status", clusterId, trustAnchor }, tries);
  expect(status.keyStore).toMatchObject({ ConnectionState: "CONNECTED" });
  expect(status.users).toContainEqual(
    expect.objectContaining({ username: "kmsuser", "cluster-coverage": "full", locked: "false" }),
  );
  await run({ action: "disconnect-key-store", keyStoreId }, tries);
  await run({ action: "delete-key-store", keyStoreId }, tries);
  await cloud.endFaults();
  expect((await cloud.kms.describeCustomKeyStores({})).CustomKeyStores).toEqual([]);
  const kept = await cloud.secrets.getSecretValue({ SecretId: `safe-storage/${clusterId}/trust-anchor` });
  expect(kept.SecretString).toBe(trustAnchor);
  const { Hsms } = await cloud.cluster(clusterId);
  expect(Hsms!.map((h) => h.EniIp).sort()).toEqual(hsms.map((h) => h.ipAddress).sort());
  const after = await operator.adminPassword(clusterId);
  expect(after).not.toBe(before);
  const login = { role: "admin", pin: `admin:${after}` };
  expect(await client(clusterId, trustAnchor, ["user", "list"], login)).toMatchObject({ error_code: 0 });
}

/** How often the armed faults have struck. */
async function struck(): Promise<number> {
  const { faults } = (await (await fetch(`${cloud.url}/_local/faults`)).json()) as {
    faults: { struck: number }[];
  };
  return faults.reduce((sum, f) => sum + f.struck, 0);
}

test.each([["throttle"], ["error"], ["drop"], ["lose-answer"]])(
  "a call to AWS in five meets «%s»: no action fails",
  async (fault) => {
    await cloud.post("snapshots/new/restore");
    for (const [seed, operation] of AWS_CALLS.entries())
      await cloud.post("faults", { operation, fault, status: 503, probability: 0.2, seed: seed + 1 });
    let strikes = 0;
    const count = setInterval(() => void struck().then((n) => (strikes = Math.max(strikes, n))), 50);
    await wholeLife(1).finally(() => clearInterval(count));
    expect(strikes).toBeGreaterThan(5);
  },
);

test.each([["drop"], ["lose-answer"]])(
  "a call to an HSM in twenty meets «%s»: the action says so, and a further run ends well",
  async (fault) => {
    await cloud.post("snapshots/new/restore");
    for (const [seed, operation] of HSM_CALLS.entries())
      await cloud.post("faults", { operation, fault, probability: 0.05, seed: seed + 7 });
    await wholeLife(20);
  },
);

test("runs that are called at once work one after the other, and each ends well", async () => {
  const rotate = await operator.userEvent("rotate-admin-password", clusterId, trustAnchor);
  const kmsuser = await operator.userEvent("create-kmsuser", clusterId, trustAnchor);
  const runs = await Promise.all(
    [rotate, { ...kmsuser, adopt: true }, rotate].map((e) => operator.invoke(e)),
  );
  for (const run of runs) expect(run).toMatchObject({ failed: false, answer: { status: "done" } });
  // When each had the lock: from the line that says so to its last.
  const lines = (await operator.log()).filter((l) => l.startsWith("{")).map((l) => JSON.parse(l));
  const begun = lines.filter((l) => l.message === "has the lock").slice(-3);
  const spans = begun
    .map(({ requestId, time }) => [
      time,
      lines.find((l) => l.requestId === requestId && l.message === "ended").time,
    ])
    .sort();
  expect(spans[0][1] <= spans[1][0] && spans[1][1] <= spans[2][0]).toBe(true);
  expect(spans[0][1] > spans[0][0]).toBe(true);
});
