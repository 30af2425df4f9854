// An HSM that joins: it is restored from a snapshot of what the others held at some moment of the join. Source: CLOUDHSM_ADD_HSM_FAQ.md of
// RadiumGu/pix-proxy-samples, measured (a join of 313 s; users made after 4 and 34 s came along, those of 65 s and later did not, and never).

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { activeCluster, Chain } from "./chain";
import { TestCloud, ZONES } from "./cloud";
import { HsmClient } from "./operator";

let state: string;
let cloud: TestCloud;
let chain: Chain;
let cli: HsmClient;
let pin: string;

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), "state-"));
  const fast = await TestCloud.start(10_000, state);
  chain = await activeCluster(fast, 1);
  await chain.operator.client();
  pin = `admin:${await chain.operator.adminPassword(chain.clusterId)}`;
  await fast.stop();
  // At AWS's own pace nothing happens before the clock is moved.
  cloud = await TestCloud.start(1, state);
  cli = await chain.operator.movedTo(cloud).client();
});
afterAll(async () => {
  await cloud.stop();
  rmSync(state, { recursive: true });
});

const run = (args: string[], role = "admin") => cli(chain.clusterId, chain.trustAnchor, args, { role, pin });
const create = (username: string) =>
  run(`user create --username ${username} --role crypto-user --password long-enough`.split(" "));
const coverage = async () => {
  const { data } = await run(["user", "list"]);
  return Object.fromEntries(data.users.map((u: any) => [u.username, u["cluster-coverage"]]));
};

test("users of the first half minute come along, later ones do not, and a quarter of an hour later still not", async () => {
  await cloud.hsm.createHsm({ ClusterId: chain.clusterId, AvailabilityZone: ZONES[1] });
  await cloud.advanceClock(30);
  await create("u02");
  await cloud.advanceClock(35);
  await create("u03");
  await cloud.advanceClock(215);
  await create("u10");
  await cloud.advanceClock(33);
  const { Hsms } = await cloud.cluster(chain.clusterId);
  expect(Hsms!.map((h) => h.State)).toEqual(["ACTIVE", "ACTIVE"]);
  const seen = { admin: "full", kmsuser: "full", u02: "full", u03: "inconsistent", u10: "inconsistent" };
  expect(await coverage()).toMatchObject(seen);
  await cloud.advanceClock(879);
  expect(await coverage()).toMatchObject(seen);
  await create("u03");
  expect(await coverage()).toMatchObject({ ...seen, u03: "full" });
});

test("AWS's own replacement is such a join, too", async () => {
  const [{ HsmId }] = (await cloud.cluster(chain.clusterId)).Hsms!;
  await cloud.post("faults", { hsm: HsmId, fault: "replaced" });
  await cloud.advanceClock(65);
  await create("u11");
  await cloud.advanceClock(250);
  expect(await coverage()).toMatchObject({ u02: "full", u11: "inconsistent" });
});
