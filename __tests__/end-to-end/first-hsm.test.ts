// HSMs that do not become what they should: one whose creation fails, and one that AWS replaces before the cluster is initialised. The next deploy
// continues, by each signer that Terraform has (signing.test.ts has the one outside).

import { X509Certificate } from "node:crypto";
import { stripVTControlCharacters } from "node:util";
import { TestCloud, until } from "../../emulator/conformance/cloud";
import { Deployment, networkIn, Outcome } from "./deployment";
import { privateRootCa } from "./private-ca";

let deployment: Deployment;
let cloud: TestCloud;

/** What a deploy prints, without Terraform's line breaks and frames. */
const oneLine = ({ output }: Outcome): string => stripVTControlCharacters(output).replace(/[\s│]+/g, " ");
const CREATION_FAILED = "HSM creation failed. Please delete this HSM and try again.";
const failCreation = () => cloud.post("faults", { operation: "CreateHsm", fault: "creation-fails" });
const failCall = (operation: string) =>
  cloud.post("faults", {
    operation,
    fault: "error",
    code: "AccessDeniedException",
    status: 400,
    times: 1000,
  });
const hsms = async () => (await deployment.cluster()).Hsms!;
const succeeded = async (operation: string) => (await deployment.calls(operation))[operation] ?? 0;

/** Beside the one of another cluster's, which fills a quota. */
const hsmCalls = async () => ({
  made: (await succeeded("CreateHsm")) - 1,
  deleted: (await succeeded("DeleteHsm")) - 1,
});

/** AWS puts another HSM in the place of the first one. */
async function replaceFirstHsm(): Promise<void> {
  const before = await deployment.cluster();
  await cloud.post("faults", { hsm: before.Hsms![0].HsmId, fault: "replaced" });
  const after = await cloud.clusterWith(before.ClusterId!, "ACTIVE");
  expect(after.Certificates!.ClusterCsr).not.toBe(before.Certificates!.ClusterCsr);
}

async function start(name: string, settings: (deployment: Deployment) => object): Promise<void> {
  deployment = await Deployment.start(name, {});
  cloud = TestCloud.at(deployment.endpoint);
  deployment.configure(settings(deployment));
}

describe("a CA that Terraform makes", () => {
  beforeAll(() => start("first-hsm", () => ({})));
  afterAll(() => deployment.stop());

  test("a zone without CloudHSM is refused by the plan, with those that have it, before anything is made (aws-cloudhsm-cloudformation-template#33)", async () => {
    deployment.configure({ network: networkIn("us-east-1a", "us-east-1e") });
    const refused = await deployment.plan();
    deployment.configure({});
    expect(refused.status).toBe(1);
    expect(oneLine(refused)).toContain(
      "safe-storage/storage/network: subnets has availability zones without CloudHSM: us-east-1e. Those of us-east-1 that have it: us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1f. Nothing was made.",
    );
  });

  test("more clusters or HSMs than the account may have stop the deploy before anything is made, with the way to ask for more", async () => {
    const { ClusterId } = await cloud.newCluster(await cloud.network());
    const HsmId = await cloud.addHsm(ClusterId!, "eu-central-1a");
    const made = await succeeded("CreateVpc");
    for (const [what, quotas, lacking, quota] of [
      ["CloudHSM clusters", { clusters: 1 }, 1, 1],
      ["HSMs", { clusters: 4, hsms: 2 }, 2, 2],
    ]) {
      await cloud.post("quotas", quotas as object);
      const refused = await deployment.deploy();
      expect(refused.status).not.toBe(0);
      expect(oneLine(refused)).toMatch(
        new RegExp(
          `this deploy makes ${lacking} ${what} in eu-central-1, where there are 1 and the account may have ${quota} ask for more: aws service-quotas request-service-quota-increase --region eu-central-1 --service-code cloudhsm .*Nothing was made`,
        ),
      );
    }
    expect(await succeeded("CreateVpc")).toBe(made);
    await cloud.post("quotas", { hsms: 6 });
    await cloud.hsm.deleteHsm({ ClusterId, HsmId });
    await until(
      () => cloud.cluster(ClusterId!),
      (c) => c.Hsms!.length === 0,
    );
    await cloud.hsm.deleteCluster({ ClusterId });
    await until(
      () => deployment.cluster(),
      (c) => c === undefined,
    );
  });

  test("the first HSM's creation fails: the deploy ends with AWS's message (aws-cloudhsm-cloudformation-template#17)", async () => {
    await failCreation();
    const failed = await deployment.deploy();
    expect(failed.status).not.toBe(0);
    expect(oneLine(failed)).toContain(CREATION_FAILED);
    await cloud.endFaults();
  });

  test("the next one deletes it, makes it again at its place, and continues to the signature", async () => {
    await failCall("InitializeCluster");
    const stopped = await deployment.deploy();
    expect(stopped.status).not.toBe(0);
    expect(oneLine(stopped)).toContain(`is DEGRADED: ${CREATION_FAILED} It is deleted and made anew`);
    expect(await hsms()).toMatchObject([{ State: "ACTIVE" }]);
    expect(await hsmCalls()).toEqual({ made: 2, deleted: 1 });
    await cloud.endFaults();
  });

  test("AWS replaces it before it is initialised: the next deploy proves and signs the CSR that is there, and says so (#15); then the second HSM's creation fails", async () => {
    await replaceFirstHsm();
    await failCreation();
    const failed = await deployment.deploy();
    expect(oneLine(failed)).toContain(
      "before it was initialised, and its CSR is another one. It is proven and signed anew",
    );
    expect(await deployment.cluster()).toMatchObject({ State: "ACTIVE" });
    expect(failed.status).not.toBe(0);
    expect(oneLine(failed)).toContain(CREATION_FAILED);
    await cloud.endFaults();
  });

  test("and the one after that ends well, with no HSM too many and an empty second plan", async () => {
    const { status, output } = await deployment.deploy();
    expect({ status, output }).toEqual({ status: 0, output: expect.any(String) });
    expect((await hsms()).map((h) => h.State)).toEqual(["ACTIVE", "ACTIVE"]);
    expect(await hsmCalls()).toEqual({ made: 4, deleted: 2 });
    expect(await deployment.plan()).toMatchObject({ status: 0 });
  });
});

describe("AWS Private CA", () => {
  beforeAll(() =>
    start("first-hsm-private-ca", (of) => ({ acmPcaSigner: { certificateAuthorityArn: privateRootCa(of) } })),
  );
  afterAll(() => deployment.stop());

  test("AWS replaces the first HSM before it is initialised: the next deploy has the CSR signed that is there (#15)", async () => {
    await failCall("InitializeCluster");
    expect((await deployment.deploy()).status).not.toBe(0);
    await cloud.endFaults();
    await replaceFirstHsm();
    // As far as the cluster is initialised.
    await failCall("CreateSecret");
    expect(oneLine(await deployment.deploy())).toContain("It is proven and signed anew");
    const { State, Certificates } = await deployment.cluster();
    expect(State).toBe("INITIALIZED");
    expect(new X509Certificate(Certificates!.ClusterCertificate!).issuer).toBe("CN=Company root");
  });
});
