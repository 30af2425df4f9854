// The one port: what it answers itself, what it hands on to moto, and what it refuses.
// Source: «JSON 1.1 protocol», botocore's service models; «Common errors» of each API Reference.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { TestCloud } from "./cloud";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await TestCloud.start();
});
afterAll(() => cloud.stop());

const post = (headers: Record<string, string>, body: string) =>
  fetch(cloud.url, { method: "POST", headers, body });
const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

test("health reports that it is ready, and its clock", async () => {
  const answer = await fetch(`${cloud.url}/_local/health`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ status: "ready", now: expect.stringMatching(/^\d{4}-/) });
});

test("the clock moves forward only", async () => {
  const clock = (body: object) =>
    fetch(`${cloud.url}/_local/clock`, { method: "POST", body: JSON.stringify(body) });
  const now = async () => Date.parse(((await (await fetch(`${cloud.url}/_local/health`)).json()) as any).now);
  const before = await now();
  expect((await clock({ advanceSeconds: 3600 })).status).toBe(200);
  expect((await now()) - before).toBeGreaterThanOrEqual(3600_000);
  expect((await clock({ advanceSeconds: -1 })).status).toBe(400);
  expect((await clock({})).status).toBe(400);
});

test("the AWS CLI sees a cluster and its states, with times as numbers", async () => {
  const aws = async (...args: string[]) => {
    const { stdout } = await promisify(execFile)(
      join(__dirname, "../../.venv/bin/aws"),
      ["--output", "json", ...args],
      {
        env: {
          ...process.env,
          AWS_ENDPOINT_URL: cloud.url,
          AWS_ACCESS_KEY_ID: "local",
          AWS_SECRET_ACCESS_KEY: "local",
          AWS_DEFAULT_REGION: "eu-central-1",
        },
      },
    );
    return JSON.parse(stdout);
  };
  const { Vpc } = await aws("ec2", "create-vpc", "--cidr-block", "10.8.0.0/24");
  const subnets = await Promise.all(
    ["a", "b"].map(async (zone, i) => {
      const { Subnet } = await aws(
        ...["ec2", "create-subnet", "--vpc-id", Vpc.VpcId, "--cidr-block", `10.8.0.${i * 64}/26`],
        ...["--availability-zone", `eu-central-1${zone}`],
      );
      return Subnet.SubnetId;
    }),
  );
  const { Cluster } = await aws(
    ...["cloudhsmv2", "create-cluster", "--hsm-type", "hsm2m.medium", "--subnet-ids", ...subnets],
  );
  const filter = `clusterIds=${Cluster.ClusterId}`;
  const { Clusters } = await aws("cloudhsmv2", "describe-clusters", "--filters", filter);
  expect(Clusters).toHaveLength(1);
  expect(Clusters[0]).toMatchObject({
    State: expect.any(String),
    SubnetMapping: { "eu-central-1a": subnets[0] },
  });
  expect(await aws("kms", "describe-custom-key-stores")).toEqual({ CustomKeyStores: [] });
});

describe("refuses", () => {
  test("an unsigned request, which moto would take for one to S3", async () => {
    for (const request of [fetch(cloud.url), fetch(`${cloud.url}/bucket`, { method: "PUT" })])
      expect((await request).status).toBe(403);
    const answer = await post({ "x-amz-target": "TrentService.ListKeys" }, "{}");
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ __type: "MissingAuthenticationTokenException" });
  });

  test("an operation that the service does not have", async () => {
    const answer = await post(
      { ...signedFor("cloudhsm"), "x-amz-target": "BaldrApiService.MakeCluster" },
      "{}",
    );
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ __type: "UnknownOperationException" });
  });

  test("an operation that AWS has and the local cloud has not, by saying so", async () => {
    const answer = await post(
      { ...signedFor("fsx"), "x-amz-target": "AWSSimbaAPIService_v20180301.CreateFileCache" },
      JSON.stringify({
        FileCacheType: "LUSTRE",
        FileCacheTypeVersion: "2.12",
        StorageCapacity: 1200,
        SubnetIds: [],
      }),
    );
    expect(answer.status).toBe(501);
    expect(await answer.json()).toMatchObject({
      __type: "NotEmulated",
      message: expect.stringMatching("CreateFileCache"),
    });
  });

  test.each([
    ["a service that nobody emulates", "cloudhsm", "application/x-amz-json-1.1", "x", /is not emulated/],
    [
      "an operation that moto does not know, in EC2's own form of an error",
      "ec2",
      "application/x-www-form-urlencoded; charset=utf-8",
      "Action=DescribeInstanceConnectEndpoints&Version=2016-11-15",
      /<Response><Errors><Error><Code>NotEmulated<\/Code><Message>DescribeInstanceConnectEndpoints is not/,
    ],
  ])("%s", async (_what, service, type, body, text) => {
    const answer = await post({ ...signedFor(service), "content-type": type }, body);
    expect(answer.status).toBe(501);
    expect(await answer.text()).toMatch(text);
  });

  test("what AWS's models do not allow: type, pattern, length, enum, missing member", async () => {
    const call = async (operation: string, body: object | string) => {
      const answer = await post(
        { ...signedFor("cloudhsm"), "x-amz-target": `BaldrApiService.${operation}` },
        typeof body === "string" ? body : JSON.stringify(body),
      );
      return { status: answer.status, ...((await answer.json()) as { __type: string; message: string }) };
    };
    expect(await call("DeleteCluster", {})).toMatchObject({
      status: 400,
      __type: "CloudHsmInvalidRequestException",
      message: expect.stringContaining(
        "Value null at 'clusterId' failed to satisfy constraint: Member must not be null",
      ),
    });
    expect((await call("DeleteCluster", { ClusterId: "cluster-1" })).message).toMatch(
      /regular expression pattern/,
    );
    expect((await call("DescribeClusters", { MaxResults: 1000 })).message).toMatch(/less than or equal to/);
    expect((await call("CreateCluster", { HsmType: "hsm2m.medium", SubnetIds: [] })).message).toMatch(
      /length greater/,
    );
    expect(
      (await call("CreateCluster", { HsmType: "hsm2m.medium", SubnetIds: ["subnet-0123abcd"], Mode: "LAX" }))
        .message,
    ).toMatch(/enum value set: \[FIPS, NON_FIPS\]/);
    expect(await call("DeleteCluster", { ClusterId: 7 })).toMatchObject({ __type: "SerializationException" });
    expect(await call("DeleteCluster", "{")).toMatchObject({ __type: "SerializationException" });
  });
});

test("every answer has a request id", async () => {
  const answer = await post(
    { ...signedFor("cloudhsm"), "x-amz-target": "BaldrApiService.DescribeClusters" },
    "{}",
  );
  expect(answer.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
});

test("regions do not see each other's clusters", async () => {
  const headers = {
    authorization: signedFor("cloudhsm").authorization.replace("eu-central-1", "us-east-1"),
    "x-amz-target": "BaldrApiService.DescribeClusters",
  };
  expect(await (await post(headers, "{}")).json()).toEqual({ Clusters: [] });
});
