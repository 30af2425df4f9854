// A hand has changed the operator's code, which a deploy puts right; or taken an HSM away, and a deploy takes another one: two stay in two
// zones all the while.

import { KMS } from "@aws-sdk/client-kms";
import { TestCloud, zip } from "../../emulator/conformance/cloud";
import { Deployment } from "./deployment";

let deployment: Deployment;
let cloud: TestCloud;

beforeAll(async () => {
  deployment = await Deployment.fromReference("hsm-taken-away");
  cloud = TestCloud.at(deployment.endpoint);
});
afterAll(() => deployment.stop());

const deployWith = async (hsms: Record<string, number>) => {
  deployment.configure({ cluster: { hsms } });
  await deployment.apply();
};

test("the operator's code that a failed update or a hand has left is what was deployed after a deploy (hashicorp/terraform-provider-aws#43447)", async () => {
  const FunctionName = deployment.output("operator_function");
  const { CodeSha256 } = await cloud.lambda.getFunctionConfiguration({ FunctionName });
  const ZipFile = await zip({ bootstrap: "#!/bin/bash\n" });
  await cloud.lambda.updateFunctionCode({ FunctionName, ZipFile });
  expect(await deployment.plan()).toMatchObject({ status: 0 }); // which is why
  const { status, output } = await deployment.deploy();
  expect({ status, output }).toMatchObject({ status: 0 });
  expect(output).toContain(`the code of ${FunctionName} is not what was deployed`);
  expect(await cloud.lambda.getFunctionConfiguration({ FunctionName })).toMatchObject({ CodeSha256 });
  expect(await deployment.operator("check-users")).toMatchObject({ status: "done" });
});

test("the last but one is kept until its replacement is ACTIVE", async () => {
  await deployWith({ "eu-central-1a": 1, "eu-central-1b": 1, "eu-central-1c": 1 });
  const KeyId = deployment.output("key_arn");
  const kms = new KMS(deployment.client);
  const { CiphertextBlob } = await kms.encrypt({ KeyId, Plaintext: Buffer.from("mine") });
  const ClusterId = deployment.output("cluster_id");
  const { Hsms } = await cloud.cluster(ClusterId);
  const ofB = Hsms!.find((h) => h.AvailabilityZone === "eu-central-1b")!;
  await cloud.hsm.deleteHsm({ ClusterId, HsmId: ofB.HsmId });
  // In one deploy the HSM of zone b is made again and that of zone a goes: a waits for b.
  const before = (await cloud.recordedCalls()).length;
  await deployWith({ "eu-central-1b": 1, "eu-central-1c": 1 });
  const operations = (await cloud.recordedCalls()).slice(before).map((c) => c.operation);
  expect(operations.filter((operation) => /^(Create|Delete)Hsm$/.test(operation))).toEqual([
    "CreateHsm",
    "DeleteHsm",
  ]);
  const plan = await deployment.plan();
  if (plan.status !== 0) throw new Error(`The second plan is not empty: ${plan.output.slice(-3000)}`);
  expect(Buffer.from((await kms.decrypt({ CiphertextBlob })).Plaintext!).toString()).toBe("mine");
  expect(await deployment.operator("check-users")).toMatchObject({ status: "done", hsms: 2 });
});
