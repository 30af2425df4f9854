// How long AWS's work takes: as usual, or as long as anybody has reported.

import { table } from "../core/durations";
import { TestCloud, until, ZONES } from "./cloud";

/** So slow that the two can be told apart. */
const SPEED = 300;

test.each([
  ["as usual", false, table["hsm created"].median],
  ["--pessimistic: the longest that was reported", true, table["hsm created"].maximum],
])("an HSM takes its time, %s", async (_what, pessimistic, seconds) => {
  const cloud = await TestCloud.start(SPEED, undefined, pessimistic);
  try {
    const { subnetIds } = await cloud.network();
    const { Cluster } = await cloud.hsm.createCluster({ HsmType: "hsm2m.medium", SubnetIds: subnetIds });
    const ClusterId = Cluster!.ClusterId!;
    const cluster = async () => (await cloud.hsm.describeClusters({})).Clusters![0];
    await until(cluster, ({ State }) => State === "UNINITIALIZED");
    const began = Date.now();
    await cloud.hsm.createHsm({ ClusterId, AvailabilityZone: ZONES[0] });
    await until(cluster, ({ Hsms }) => Hsms![0].State === "ACTIVE");
    const took = ((Date.now() - began) / 1000) * SPEED;
    expect(took).toBeGreaterThanOrEqual(seconds);
  } finally {
    await cloud.stop();
  }
});

test("each step has a minimum, a median and a maximum, in order, and says whose word they are", () => {
  for (const [step, { minimum, median, maximum, source }] of Object.entries(table))
    expect({ step, inOrder: minimum <= median && median <= maximum, source }).toEqual({
      step,
      inOrder: true,
      source: expect.stringMatching(/\S/),
    });
});
