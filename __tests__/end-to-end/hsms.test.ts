// HSMs come and go in place: more, fewer, in other zones; keys work meanwhile, users follow, and two HSMs always stay.

import { KMS } from "@aws-sdk/client-kms";
import { TestCloud } from "../../emulator/conformance/cloud";
import { Deployment } from "./deployment";

let deployment: Deployment;
let cloud: TestCloud;
let ciphertext: Uint8Array;

async function deployWith(hsms: Record<string, number>): Promise<void> {
  deployment.configure({ cluster: { hsms, backupRetentionDays: 7 } });
  await deployment.apply();
  const plan = await deployment.plan();
  if (plan.status !== 0) throw new Error(`The second plan is not empty: ${plan.output.slice(-3000)}`);
}

const zones = async (): Promise<string[]> =>
  (await cloud.cluster(deployment.output("cluster_id")))
    .Hsms!.filter((h) => h.State === "ACTIVE")
    .map((h) => `${h.AvailabilityZone} ${h.EniIp}`)
    .sort();

/** CloudHSM's calls that made or took HSMs since there were so many calls. */
async function changesSince(start: number): Promise<string[]> {
  const operations = (await cloud.recordedCalls()).slice(start).map((c) => c.operation);
  return operations.filter((operation) => /^(Create|Delete)Hsm$/.test(operation));
}
const callCount = async (): Promise<number> => (await cloud.recordedCalls()).length;

async function expectKeyAndUsers(hsms: number): Promise<void> {
  const { Plaintext } = await new KMS(deployment.client).decrypt({ CiphertextBlob: ciphertext });
  expect(Buffer.from(Plaintext!).toString()).toBe("mine");
  expect(await deployment.operator("check-users")).toMatchObject({ status: "done", hsms });
}

beforeAll(async () => {
  deployment = await Deployment.fromReference("hsms");
  cloud = TestCloud.at(deployment.endpoint);
  await deployWith({ "eu-central-1a": 1, "eu-central-1b": 1 });
  const KeyId = deployment.output("key_arn");
  const answer = await new KMS(deployment.client).encrypt({ KeyId, Plaintext: Buffer.from("mine") });
  ciphertext = answer.CiphertextBlob!;
});
afterAll(() => deployment.stop());

test("only the named zones have HSMs, and backups have the given retention", async () => {
  expect(await zones()).toEqual(["eu-central-1a 10.42.0.10", "eu-central-1b 10.42.0.74"]);
  expect((await cloud.cluster(deployment.output("cluster_id"))).BackupRetentionPolicy).toMatchObject({
    Value: "7",
  });
});

test("more: a third zone, nothing else is touched, and the new HSM has all users, also where the operator was idle for weeks", async () => {
  const before = await callCount();
  await cloud.post("faults", { function: deployment.output("operator_function"), fault: "idle" });
  await deployWith({ "eu-central-1a": 1, "eu-central-1b": 1, "eu-central-1c": 1 });
  expect(await changesSince(before)).toEqual(["CreateHsm"]);
  expect(await zones()).toHaveLength(3);
  await expectKeyAndUsers(3);
});

test("in other zones: the first HSM is deleted only after its replacement is ACTIVE", async () => {
  const before = await callCount();
  await deployWith({ "eu-central-1b": 1, "eu-central-1c": 2 });
  expect(await changesSince(before)).toEqual(["CreateHsm", "DeleteHsm"]);
  expect(await zones()).toEqual([
    "eu-central-1b 10.42.0.74",
    "eu-central-1c 10.42.0.138",
    "eu-central-1c 10.42.0.139",
  ]);
  await expectKeyAndUsers(3);
});

test("fewer: one is deleted, two in two zones remain", async () => {
  const before = await callCount();
  await deployWith({ "eu-central-1b": 1, "eu-central-1c": 1 });
  expect(await changesSince(before)).toEqual(["DeleteHsm"]);
  await expectKeyAndUsers(2);
});
