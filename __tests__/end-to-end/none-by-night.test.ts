// A cluster that has no HSM at all by night: Terraform misses none, the morning restores them, and a destroy takes them along.

import { nextFirings } from "../../constructs/schedule/hsm-windows";
import { TestCloud, until } from "../../emulator/conformance/cloud";
import { Deployment } from "./deployment";
import { Examples } from "./example-runs";

const NAME = "none-by-night";
const SETTINGS = { deletionPolicy: "delete" };

let deployment: Deployment;
let examples: Examples;
let cloud: TestCloud;

beforeAll(async () => {
  deployment = await Deployment.start(NAME);
  examples = new Examples(deployment);
  cloud = TestCloud.at(deployment.endpoint);
  await cloud.advanceToNoon();
  await examples.deploy(NAME, SETTINGS);
});
afterAll(() => deployment.stop());

const hsms = async (): Promise<string[]> =>
  (await cloud.cluster(examples.output(NAME, "cluster_id"))).Hsms!.map((h) => `${h.EniIp} ${h.State}`).sort();
const DAY = ["10.48.0.10 ACTIVE", "10.48.0.74 ACTIVE"];

const FIRINGS = {
  "cron(0 19 ? * MON-THU *)": [],
  "cron(30 6 ? * TUE-FRI *)": DAY,
  "cron(0 19 ? * FRI *)": [],
  "cron(30 6 ? * MON *)": DAY,
};
const next = (expression: string, now: number): number => nextFirings(expression, "Europe/Berlin", now, 1)[0];

/** Moves the clock to just after the next firing; on its way each schedule ends before the next one begins, as in life. */
async function after(expression: keyof typeof FIRINGS): Promise<void> {
  const health: any = await (await fetch(`${cloud.url}/_local/health`)).json();
  const now = Date.parse(health.now);
  const [at, wanted] = Object.entries(FIRINGS)
    .map(([one, places]): [number, string[]] => [next(one, now), places])
    .sort(([a], [b]) => a - b)[0];
  await cloud.advanceClock((at - now) / 1000 + 1);
  const isSo = (found: string[]) => JSON.stringify(found) === JSON.stringify(wanted);
  await until(hsms, isSo);
  const SecretId = `safe-storage/${examples.output(NAME, "cluster_id")}/hsms`;
  await until(
    () => cloud.secrets.getSecretValue({ SecretId }).catch(() => ({ SecretString: "{}" })),
    // Empty as long as no HSM was ever removed.
    ({ SecretString }) =>
      (wanted.length === 0 ? ["removed"] : ["restored", undefined]).includes(
        JSON.parse(SecretString!).status,
      ),
  );
  if (at !== next(expression, now)) await after(expression);
}

test("all HSMs are the operator's, and the plan is empty by day", async () => {
  expect(await hsms()).toEqual(DAY);
});

test("on a Friday evening all go, with a READY backup; the plan is empty, and a deploy brings none back", async () => {
  await after("cron(0 19 ? * FRI *)");
  const clusterIds = [examples.output(NAME, "cluster_id")];
  const { Backups } = await cloud.hsm.describeBackups({ Filters: { clusterIds, states: ["READY"] } });
  expect(Backups!.length).toBeGreaterThan(0);
  await examples.deploy(NAME, SETTINGS);
  expect(await hsms()).toEqual([]);
});

test("on Monday morning all are back, with their users", async () => {
  await after("cron(30 6 ? * MON *)");
  await examples.expectNoDrift(NAME);
  const event = {
    action: "status",
    clusterId: examples.output(NAME, "cluster_id"),
    trustAnchor: examples.output(NAME, "trust_anchor"),
  };
  const { users } = await deployment.invoke(event, "dev-hsms-operator");
  for (const username of ["admin", "kmsuser"])
    expect(users).toContainEqual(expect.objectContaining({ username, "cluster-coverage": "full" }));
});

test("a destroy by day takes the HSMs first, then the cluster", async () => {
  await examples.destroy(NAME);
  const { Clusters } = await cloud.hsm.describeClusters({});
  expect(Clusters!.filter((c) => c.State !== "DELETED")).toEqual([]);
});
