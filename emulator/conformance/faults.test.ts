// Faults on demand, the record of all calls, and the timeline.

import { CloudHSMV2 } from "@aws-sdk/client-cloudhsm-v2";
import { setTimeout as sleep } from "node:timers/promises";
import { Network, TestCloud, until, zip, ZONES } from "./cloud";
import { Operator } from "./operator";
import { sign } from "./sign";

let cloud: TestCloud;
let network: Network;

beforeAll(async () => {
  cloud = await TestCloud.start();
  network = await cloud.network();
});
afterAll(() => cloud.stop());
afterEach(() => fetch(`${cloud.url}/_local/faults`, { method: "DELETE" }));

const arm = async (fault: object): Promise<Response> =>
  fetch(`${cloud.url}/_local/faults`, { method: "POST", body: JSON.stringify(fault) });
// Without an SDK, which would try again.
const describe_ = () => cloud.callHsm("DescribeClusters", {});
const create = () =>
  cloud.callHsm("CreateCluster", { HsmType: "hsm2m.medium", SubnetIds: network.subnetIds });
const get = async (path: string): Promise<any> => (await fetch(`${cloud.url}/_local/${path}`)).json();

describe("a fault at a call", () => {
  test("throttles the n-th call, as often as asked, and passes the others", async () => {
    await arm({ operation: "DescribeClusters", fault: "throttle", call: 2, times: 2 });
    const outcomes: string[] = [];
    for (let i = 0; i < 4; i++)
      outcomes.push(
        await describe_().then(
          () => "ok",
          (e: Error) => e.name,
        ),
      );
    expect(outcomes).toEqual(["ok", "ThrottlingException", "ThrottlingException", "ok"]);
    expect((await get("faults")).faults).toMatchObject([{ operation: "DescribeClusters", struck: 2 }]);
  });

  test("answers with the code and status asked for, in the protocol of the service", async () => {
    await arm({
      operation: "DescribeClusters",
      fault: "error",
      code: "CloudHsmServiceException",
      status: 400,
    });
    await expect(describe_()).rejects.toMatchObject({ name: "CloudHsmServiceException" });
    await arm({ operation: "DescribeVpcs", fault: "error", code: "RequestLimitExceeded", status: 503 });
    await expect(cloud.ec2.describeVpcs({})).rejects.toMatchObject({
      name: "RequestLimitExceeded",
      $metadata: { httpStatusCode: 503 },
    });
  });

  test("answers with the text asked for, without any effect", async () => {
    await arm({ operation: "CreateCluster", fault: "answer", body: '{"Cluster":{"ClusterId":"another"}}' });
    expect(await create()).toEqual({ Cluster: { ClusterId: "another" } });
    expect((await describe_()).Clusters).toEqual([]);
  });

  test("rewrites the answer, in whichever protocol, of success or not", async () => {
    await arm({ operation: "DescribeVpcs", fault: "rewrite", pattern: network.vpcId, by: "vpc-another" });
    const { Vpcs } = await cloud.ec2.describeVpcs({});
    expect(Vpcs!.map(({ VpcId }) => VpcId)).toContain("vpc-another");
    await arm({
      operation: "DeleteCluster",
      fault: "rewrite",
      pattern: "CloudHsm\\w+Exception",
      by: "Other",
    });
    await expect(cloud.callHsm("DeleteCluster", { ClusterId: "cluster-aaaaaaaaaaa" })).rejects.toMatchObject({
      name: "Other",
    });
  });

  test("drops the connection before anything happens", async () => {
    await arm({ operation: "CreateCluster", fault: "drop" });
    await expect(create()).rejects.toThrow("fetch failed");
    expect((await describe_()).Clusters).toEqual([]);
  });

  test("loses the answer after it took effect", async () => {
    await arm({ operation: "CreateCluster", fault: "lose-answer" });
    await expect(create()).rejects.toThrow("fetch failed");
    expect((await describe_()).Clusters).toHaveLength(1);
  });

  test("holds the answer until the faults are ended", async () => {
    await arm({ operation: "CreateCluster", fault: "hold-answer" });
    const before = (await describe_()).Clusters!.length;
    let answered = false;
    const answer = create().finally(() => (answered = true));
    while ((await describe_()).Clusters!.length === before) await sleep(10);
    await sleep(100);
    expect(answered).toBe(false);
    await fetch(`${cloud.url}/_local/faults`, { method: "DELETE" });
    expect(await answer).toHaveProperty("Cluster.ClusterId");
  });

  test("delays it", async () => {
    await arm({ operation: "DescribeClusters", fault: "delay", seconds: 0.5 });
    const started = Date.now();
    await describe_();
    expect(Date.now() - started).toBeGreaterThanOrEqual(490);
  });

  test("strikes by chance, the same each time for the same seed", async () => {
    const run = async () => {
      await fetch(`${cloud.url}/_local/faults`, { method: "DELETE" });
      await arm({ operation: "DescribeClusters", fault: "throttle", probability: 0.5, seed: 42 });
      const struck: boolean[] = [];
      for (let i = 0; i < 20; i++)
        struck.push(
          await describe_().then(
            () => false,
            () => true,
          ),
        );
      return struck;
    };
    const first = await run();
    expect(await run()).toEqual(first);
    expect(new Set(first).size).toBe(2);
  });

  test("that makes no sense is refused, with what would be right", async () => {
    for (const [fault, text] of [
      [{}, /needs an operation, a function, an hsm, a keyStore, a region or a fileSystem/],
      [{ operation: "CreateHsm", fault: "explode" }, /must be one of throttle, error, drop/],
      [{ fileSystem: "fs-1", fault: "TIRED" }, /must be one of MISCONFIGURED/],
      [{ keyStore: "cks-1", fault: "TIRED" }, /must be one of .*INVALID_CREDENTIALS/],
    ] as const) {
      const answer = await arm(fault);
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as Error).message).toMatch(text);
    }
  });
});

describe("a fault of a function", () => {
  let name: string;

  beforeAll(async () => {
    const Arn = await cloud.role("caller", ["cloudhsm:*"]);
    name = "caller";
    const bootstrap = `#!/bin/bash
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true; do
  curl -sS -o /dev/null -D "$TMPDIR/headers" "$api/next"
  id=$(sed -n 's/^lambda-runtime-aws-request-id: //Ip' "$TMPDIR/headers" | tr -d '\\r')
  for i in 1 2 3; do
    curl -sS -o /dev/null --aws-sigv4 "aws:amz:$AWS_REGION:cloudhsm" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\
      -H "x-amz-security-token: $AWS_SESSION_TOKEN" -H 'X-Amz-Target: BaldrApiService.DescribeClusters' -d '{}' "$AWS_ENDPOINT_URL"
  done
  curl -sS -X POST -d '"done"' "$api/$id/response" >/dev/null
done
`;
    await cloud.lambda.createFunction({
      FunctionName: name,
      Role: Arn,
      Runtime: "provided.al2023",
      Handler: "bootstrap",
      Timeout: 20,
      Code: { ZipFile: await zip({ bootstrap }) },
    });
  });

  const invoke = async () => {
    const { FunctionError, Payload } = await cloud.lambda.invoke({ FunctionName: name });
    return { error: FunctionError, answer: JSON.parse(Buffer.from(Payload!).toString()) };
  };

  test.each([
    ["kill", /signal: killed/],
    ["time-out", /Task timed out after 20\.00 seconds/],
  ])("%s strikes at its n-th outgoing call; the next invocation is well again", async (fault, message) => {
    await arm({ function: name, fault, call: 2 });
    expect(await invoke()).toMatchObject({
      error: "Unhandled",
      answer: { errorMessage: expect.stringMatching(message) },
    });
    expect(await invoke()).toEqual({ error: undefined, answer: "done" });
  });
});

describe("a fault of an HSM", () => {
  let clusterId: string;
  let trustAnchor: string;
  let hsmId: string;
  let operator: Operator;

  beforeAll(async () => {
    operator = await Operator.create(cloud, network);
    clusterId = (await cloud.newCluster(network)).ClusterId!;
    hsmId = await cloud.addHsm(clusterId, ZONES[0]);
    ({ trustAnchor } = await operator.activate(clusterId));
  });

  test("unreachable: its clients time out, until the faults are ended", async () => {
    const status = () => operator.invoke({ action: "status", clusterId, trustAnchor });
    await arm({ hsm: hsmId, fault: "unreachable" });
    expect(await status()).toMatchObject({
      failed: true,
      answer: { errorMessage: expect.stringMatching(/Failed to initialize hsm1 context/) },
    });
    await fetch(`${cloud.url}/_local/faults`, { method: "DELETE" });
    expect(await status()).toMatchObject({ failed: false });
  });

  test("a connection that breaks takes the login with it, so that the user is not held to be logged in", async () => {
    const rotate = await operator.userEvent("rotate-admin-password", clusterId, trustAnchor);
    for (const fault of ["drop", "lose-answer"]) {
      await arm({ operation: "hsm logout", fault });
      expect(await operator.invoke(rotate)).toMatchObject({ failed: false, answer: { status: "done" } });
    }
  });

  test("degraded: HSM and cluster say so, until the faults are ended", async () => {
    await arm({ hsm: hsmId, fault: "degraded" });
    expect(await cloud.cluster(clusterId)).toMatchObject({
      State: "DEGRADED",
      Hsms: [{ State: "DEGRADED" }],
    });
    await fetch(`${cloud.url}/_local/faults`, { method: "DELETE" });
    expect(await cloud.cluster(clusterId)).toMatchObject({ State: "ACTIVE", Hsms: [{ State: "ACTIVE" }] });
  });

  test("replaced: another HSM behind the same interface, with the same users (terraform-provider-aws#8648)", async () => {
    const [before] = (await cloud.cluster(clusterId)).Hsms!;
    expect((await arm({ hsm: hsmId, fault: "replaced" })).status).toBe(200);
    const { Hsms } = await cloud.clusterWith(clusterId, "ACTIVE");
    expect(Hsms).toEqual([{ ...before, HsmId: expect.not.stringMatching(before.HsmId!) }]);
    hsmId = Hsms![0].HsmId!;
    expect(await operator.invoke({ action: "status", clusterId, trustAnchor })).toMatchObject({
      failed: false,
    });
  });

  test("replaced before initialisation: the CSR is another one (aws-cloudhsm-cloudformation-template#15)", async () => {
    await cloud.post("quotas", { clusters: 10 });
    const { ClusterId } = await cloud.newCluster(network);
    const HsmId = await cloud.addHsm(ClusterId!, ZONES[0]);
    const before = await cloud.cluster(ClusterId!);
    const signed = await sign(before.Certificates!.ClusterCsr!);
    await arm({ hsm: HsmId, fault: "replaced" });
    const after = await cloud.clusterWith(ClusterId!, "ACTIVE");
    expect(after.Certificates!.ClusterCsr).not.toEqual(before.Certificates!.ClusterCsr);
    await expect(cloud.hsm.initializeCluster({ ClusterId, ...signed })).rejects.toMatchObject({
      message: expect.stringMatching(/public key/),
    });
    await cloud.hsm.initializeCluster({ ClusterId, ...(await sign(after.Certificates!.ClusterCsr!)) });
  });

  test("creation-fails: the HSM ends DEGRADED and says what to do; deleted, it leaves no backup (aws-cloudhsm-cloudformation-template#17)", async () => {
    const backups = async () =>
      (await cloud.hsm.describeBackups({ Filters: { clusterIds: [clusterId] } })).Backups!.length;
    await arm({ operation: "CreateHsm", fault: "creation-fails" });
    const { Hsm } = await cloud.hsm.createHsm({ ClusterId: clusterId, AvailabilityZone: ZONES[2] });
    const { Hsms } = await cloud.clusterWith(clusterId, "DEGRADED");
    expect(Hsms!.find((h) => h.HsmId === Hsm!.HsmId)).toMatchObject({
      State: "DEGRADED",
      StateMessage: "HSM creation failed. Please delete this HSM and try again.",
    });
    const had = await backups();
    await cloud.hsm.deleteHsm({ ClusterId: clusterId, HsmId: Hsm!.HsmId });
    expect(await backups()).toBe(had);
    await cloud.addHsm(clusterId, ZONES[2]);
  });

  test("a connection that fails with each ConnectionErrorCode, once", async () => {
    await cloud.addHsm(clusterId, ZONES[1]);
    const { CustomKeyStoreId } = await cloud.kms.createCustomKeyStore({
      CustomKeyStoreName: "store",
      CloudHsmClusterId: clusterId,
      TrustAnchorCertificate: trustAnchor,
      KeyStorePassword: await operator.makeKmsuser(clusterId, trustAnchor),
    });
    const connect = async () => {
      await cloud.kms.connectCustomKeyStore({ CustomKeyStoreId });
      return cloud.keyStoreIn(CustomKeyStoreId!, "CONNECTED", "FAILED");
    };
    for (const code of ["INTERNAL_ERROR", "NETWORK_ERRORS", "USER_LOCKED_OUT"]) {
      await arm({ keyStore: CustomKeyStoreId, fault: code });
      expect((await connect()).ConnectionErrorCode).toBe(code);
      await cloud.kms.disconnectCustomKeyStore({ CustomKeyStoreId });
      await cloud.keyStoreIn(CustomKeyStoreId!, "DISCONNECTED");
    }
    expect((await connect()).ConnectionErrorCode).toBeUndefined();
  });
});

test("a region that is lost answers nothing until the faults are ended; the others do", async () => {
  const ask = (region: string) =>
    new CloudHSMV2({
      endpoint: cloud.url,
      region,
      credentials: cloud.credentials,
      maxAttempts: 1,
    }).describeClusters({});
  await arm({ region: "eu-central-1", fault: "lost" });
  await expect(ask("eu-central-1")).rejects.toThrow();
  expect(await ask("eu-west-1")).toHaveProperty("Clusters");
  await fetch(`${cloud.url}/_local/faults`, { method: "DELETE" });
  expect(await ask("eu-central-1")).toHaveProperty("Clusters");
});

test("the record has who called what, with what, and how it ended; no secret is in it", async () => {
  await cloud.secrets.createSecret({ Name: "recorded", SecretString: "hunter22hunter22" });
  await cloud.hsm.deleteCluster({ ClusterId: "cluster-aaaaaaaaaaa" }).catch(() => undefined);
  const { calls } = await get("calls");
  expect(calls).toContainEqual(
    expect.objectContaining({
      who: "administrator",
      service: "secretsmanager",
      operation: "CreateSecret",
      region: "eu-central-1",
      status: 200,
      input: expect.objectContaining({ Name: "recorded", SecretString: "***" }),
    }),
  );
  expect(calls).toContainEqual(
    expect.objectContaining({
      operation: "DeleteCluster",
      status: 400,
      error: "CloudHsmResourceNotFoundException",
    }),
  );
  expect(calls.some((c: { who: string }) => c.who.startsWith("operator-"))).toBe(true);
  expect(JSON.stringify(calls)).not.toContain("hunter22");
  const { calls: some } = await get("calls?operation=CreateSecret");
  expect(new Set(some.map((c: { operation: string }) => c.operation))).toEqual(new Set(["CreateSecret"]));
});

test("the timeline reports when each resource changed state, in emulated time, also while the clock jumps", async () => {
  const { ClusterId } = await cloud.newCluster(network);
  const HsmId = await cloud.addHsm(ClusterId!, ZONES[0]);
  const { KeyMetadata } = await cloud.kms.createKey({}); // moto's: not in the timeline
  await cloud.hsm.deleteHsm({ ClusterId, HsmId });
  await until(
    () => cloud.cluster(ClusterId!),
    (c) => c.Hsms!.length === 0,
  );
  const { changes } = await get("timeline");
  const of = (id: string) =>
    changes.filter((c: { id: string }) => c.id === id).map((c: any) => [c.from, c.to]);
  expect(of(ClusterId!)).toEqual([
    [undefined, "CREATE_IN_PROGRESS"],
    ["CREATE_IN_PROGRESS", "UNINITIALIZED"],
  ]);
  expect(of(HsmId)).toEqual([
    [undefined, "CREATE_IN_PROGRESS"],
    ["CREATE_IN_PROGRESS", "ACTIVE"],
    ["ACTIVE", "DELETE_IN_PROGRESS"],
    ["DELETE_IN_PROGRESS", "DELETED"],
  ]);
  expect(of(KeyMetadata!.KeyId!)).toEqual([]);
  const times = changes.map((c: { at: string }) => c.at);
  expect([...times].sort()).toEqual(times);
});
