// A deploy beside which others are in progress: a second deploy, and a schedule that wants HSMs; by the commands of docs/operations.md.

import { until } from "../../emulator/conformance/cloud";
import { Deployment, Outcome } from "./deployment";

const HSM_ADDRESSES = ["10.42.0.10", "10.42.0.74"];

let deployment: Deployment;

beforeAll(async () => {
  deployment = await Deployment.start("deploys-beside", { cluster: { hsmsOnDemand: true } });
});
afterAll(() => deployment.stop());

const calls = async (name: string) => (await deployment.calls(name))[name] ?? 0;
const done = (outcome: Outcome) => expect(outcome).toEqual({ status: 0, output: expect.any(String) });

describe("a deploy, while", () => {
  let first: Promise<Outcome>;

  test("another one begins: that one refuses", async () => {
    first = deployment.runbook("A deploy was interrupted");
    await until(async () => (await calls("CreateVpc")) > 0, Boolean);
    const { status, output } = await deployment.deploy();
    expect(status).toBe(1);
    expect(output).toContain(
      `another deploy or destroy is at work in ${deployment.folder}. Nothing was changed`,
    );
  });

  // As soon as the cluster is active, that is before kmsuser is made and before Terraform makes the second HSM.
  test("a schedule wants both HSMs: it is run again at most, and no HSM lacks a user", async () => {
    let ended = false;
    void first.then(() => (ended = true));
    await until(async () => ended || (await calls("hsm cluster-activate")) > 0, Boolean);
    const { ClusterId } = await deployment.cluster();
    const hsms = HSM_ADDRESSES.map((ipAddress, i) => ({
      availabilityZone: `eu-central-1${"ab"[i]}`,
      ipAddress,
    }));
    const event = { action: "ensure-hsms", clusterId: ClusterId, hsms };
    const ask = () => deployment.invoke(event, "safe-storage-operator"); // there are no outputs yet
    let answer = await ask();
    while (!ended && answer.status !== "done") answer = await ask();
    if ((await first).status !== 0) done(await deployment.deploy());
    expect(answer).toMatchObject({ status: "done" });
    expect((await deployment.cluster()).Hsms!.map((h) => h.EniIp).sort()).toEqual(HSM_ADDRESSES);
    expect(await deployment.plan()).toMatchObject({ status: 0 });
  });

  test("an action is run by hand: kmsuser is on every HSM", async () => {
    const { status, output } = await deployment.runbook("An action of the operator is run by hand");
    expect(status).toBe(0);
    const { users } = JSON.parse(output.slice(output.lastIndexOf('{"status"')));
    expect(users).toContainEqual(
      expect.objectContaining({ username: "kmsuser", "cluster-coverage": "full" }),
    );
  });
});
