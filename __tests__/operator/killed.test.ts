// Whoever works with passwords is killed before each of its changes in turn. One more run always ends well, and the password in Secrets
// Manager opens every HSM.

import { TestCloud, ZONES } from "../../emulator/conformance/cloud";
import {
  beforeInitialization,
  HsmClient,
  killedAtEachChange,
  Operator,
} from "../../emulator/conformance/operator";

let cloud: TestCloud;
let operator: Operator;
let client: HsmClient;
let clusterId: string;
let trustAnchor: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
  let certificates;
  ({ operator, clusterId, certificates } = await beforeInitialization(cloud));
  client = await operator.client();
  trustAnchor = certificates.TrustAnchor;
  await cloud.hsm.initializeCluster({ ClusterId: clusterId, ...certificates });
  await cloud.clusterIn(clusterId, "INITIALIZED");
});
afterAll(() => cloud.stop());

/** As a person with the admin's password from the secret would, on all HSMs at once. */
const adminLogsIn = async () => {
  const pin = `admin:${await operator.adminPassword(clusterId)}`;
  return client(clusterId, trustAnchor, ["user", "list"], { role: "admin", pin });
};

/** From the snapshot on, kills the action before each of its changes; gives their number. */
const killedAtEachCall = async (snapshot: string, action: string): Promise<number> =>
  killedAtEachChange(cloud, operator, {
    prepare: () => cloud.post(`snapshots/${snapshot}/restore`),
    run: async () => operator.invoke(await operator.userEvent(action, clusterId, trustAnchor)),
    check: async (last, call) => {
      expect({ call, ...last }).toMatchObject({ call, failed: false, answer: { status: "done" } });
      expect({ call, ...(await adminLogsIn()) }).toMatchObject({ call, error_code: 0 });
    },
  });

test("activate", async () => {
  await operator.userEvent("activate", clusterId, trustAnchor); // makes the secrets
  await cloud.post("snapshots", { name: "initialized" });
  expect(await killedAtEachCall("initialized", "activate")).toBeGreaterThan(4);
});

test("create-kmsuser, on two HSMs: both have it with the same password", async () => {
  await cloud.addHsm(clusterId, ZONES[1]);
  await cloud.post("snapshots", { name: "activated" });
  expect(await killedAtEachCall("activated", "create-kmsuser")).toBeGreaterThan(8);
  const { answer } = await operator.invoke({ action: "status", clusterId, trustAnchor });
  expect(answer.users).toContainEqual(
    expect.objectContaining({ username: "kmsuser", "cluster-coverage": "full" }),
  );
});

test("rotate-admin-password, on two HSMs: never locked out of either", async () => {
  await cloud.post("snapshots", { name: "users" });
  const before = await operator.adminPassword(clusterId);
  expect(await killedAtEachCall("users", "rotate-admin-password")).toBeGreaterThan(7);
  expect(await operator.adminPassword(clusterId)).not.toBe(before);
});
