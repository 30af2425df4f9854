// Lambda: a function's real code in a process of its own, with what Lambda gives it, and no more.
// Source: «Lambda runtime API», «Using Lambda environment variables», «Lambda quotas», AWS Lambda Developer Guide.

import { TestCloud, zip } from "./cloud";
import { active } from "./operator";

let cloud: TestCloud;
let roleArn: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
  const Arn = await cloud.role("function", ["kms:*", "ec2:*"]);
  roleArn = Arn;
});
afterAll(() => cloud.stop());

/** A runtime that answers each event with what the bash `handle` prints. */
const LOOP = (handle: string) => `#!/usr/bin/env bash
set -u
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
${handle}
while true; do
  event=$(curl -sS -D "$TMPDIR/headers" "$api/next")
  id=$(sed -n 's/^lambda-runtime-aws-request-id: //Ip' "$TMPDIR/headers" | tr -d '\\r')
  handle "$event" | curl -sS -X POST --data-binary @- "$api/$id/response" >/dev/null
done
`;

let count = 0;
async function create(handle: string, more: object = {}, loop = LOOP(handle)): Promise<string> {
  const FunctionName = `function-${++count}`;
  await cloud.lambda.createFunction({
    FunctionName,
    Role: roleArn,
    Runtime: "provided.al2023",
    Handler: "bootstrap",
    Timeout: 10,
    Code: { ZipFile: await zip({ bootstrap: loop }) },
    ...more,
  });
  await active(cloud.lambda, FunctionName);
  return FunctionName;
}

async function invoke(FunctionName: string, event: object = {}) {
  const { FunctionError, Payload } = await cloud.lambda.invoke({
    FunctionName,
    Payload: Buffer.from(JSON.stringify(event)),
  });
  return { error: FunctionError, answer: JSON.parse(Buffer.from(Payload!).toString()) };
}

test("gets the event and gives the answer, one after another in the same process", async () => {
  const name = await create('n=0; handle() { printf \'{"got": %s, "pid": %s}\' "$1" "$$"; }');
  const [first, second] = [await invoke(name, { a: 1 }), await invoke(name, { a: 2 })];
  expect(first.answer.got).toEqual({ a: 1 });
  expect(second.answer).toEqual({ got: { a: 2 }, pid: first.answer.pid });
});

test("has Lambda's environment, its own variables, and credentials of its role", async () => {
  const name = await create(
    `handle() { printf '{"region":"%s","name":"%s","own":"%s","key":"%s","token":%s,"root":"%s"}' \\
      "$AWS_REGION" "$AWS_LAMBDA_FUNCTION_NAME" "$OWN" "$AWS_ACCESS_KEY_ID" "\${#AWS_SESSION_TOKEN}" "\${HOME:-none}"; }`,
    { Environment: { Variables: { OWN: "yes" } } },
  );
  const { answer } = await invoke(name);
  expect(answer).toMatchObject({ region: "eu-central-1", name, own: "yes", root: "none" });
  expect(answer.key).toMatch(/^ASIA/);
  expect(answer.token).toBeGreaterThan(0);
});

test("knows its deadline", async () => {
  const name = await create(
    `handle() { sed -n 's/^lambda-runtime-deadline-ms: //Ip' "$TMPDIR/headers" | tr -d '\\r'; }`,
  );
  const { answer } = await invoke(name);
  expect(answer - Date.now()).toBeGreaterThan(8_000);
  expect(answer - Date.now()).toBeLessThanOrEqual(10_000);
});

test("is ended at its timeout, with Lambda's message, and begins again after", async () => {
  const name = await create("handle() { [[ $1 == *slow* ]] && sleep 30; echo '\"fine\"'; }", { Timeout: 1 });
  expect(await invoke(name, { slow: true })).toMatchObject({
    error: "Unhandled",
    answer: { errorMessage: expect.stringMatching(/Task timed out after 1\.00 seconds/) },
  });
  expect(await invoke(name)).toEqual({ error: undefined, answer: "fine" });
});

test("that exits is Runtime.ExitError", async () => {
  const name = await create("", {}, "#!/bin/bash\nexit 3\n");
  expect(await invoke(name)).toMatchObject({
    error: "Unhandled",
    answer: { errorType: "Runtime.ExitError", errorMessage: expect.stringMatching(/exit status 3/) },
  });
});

test("takes events of 6 MB, of 1 MB asynchronously, and no larger ones («Lambda quotas»; danmoz/caddy-lambda#36)", async () => {
  const FunctionName = await create('handle() { printf %d "${#1}"; }');
  const event = (bytes: number) => Buffer.from(JSON.stringify("x".repeat(bytes - 2)));
  const { Payload } = await cloud.lambda.invoke({ FunctionName, Payload: event(6 * 1024 ** 2) });
  expect(Buffer.from(Payload!).toString()).toBe(String(6 * 1024 ** 2));
  const tooLarge = { name: "RequestTooLargeException", $metadata: { httpStatusCode: 413 } };
  await expect(
    cloud.lambda.invoke({ FunctionName, Payload: event(6 * 1024 ** 2 + 1) }),
  ).rejects.toMatchObject(tooLarge);
  await expect(
    cloud.lambda.invoke({ FunctionName, InvocationType: "Event", Payload: event(1024 ** 2 + 1) }),
  ).rejects.toMatchObject(tooLarge);
});

test("whose zip has no bootstrap is Runtime.InvalidEntrypoint (aws/aws-lambda-dotnet#1671)", async () => {
  const name = await create("", { Code: { ZipFile: await zip({ main: "#!/bin/bash\n" }) } });
  expect(await invoke(name)).toMatchObject({
    error: "Unhandled",
    answer: {
      errorType: "Runtime.InvalidEntrypoint",
      errorMessage: expect.stringMatching(
        /valid bootstrap\(s\): \[\/var\/task\/bootstrap \/opt\/bootstrap\]$/,
      ),
    },
  });
});

test("runs new code after an update", async () => {
  const name = await create("handle() { echo 1; }");
  expect((await invoke(name)).answer).toBe(1);
  await cloud.lambda.updateFunctionCode({
    FunctionName: name,
    ZipFile: await zip({ bootstrap: LOOP("handle() { echo 2; }") }),
  });
  expect((await invoke(name)).answer).toBe(2);
});

test("finds its layers in /opt's place on the PATH", async () => {
  const layer = await cloud.lambda.publishLayerVersion({
    LayerName: "tools",
    Content: { ZipFile: await zip({ "bin/my-tool": "#!/bin/bash\necho '\"from the layer\"'\n" }) },
  });
  const name = await create("handle() { my-tool; }", { Layers: [layer.LayerVersionArn!] });
  expect((await invoke(name)).answer).toBe("from the layer");
});

test("in a VPC reaches a service only through an endpoint whose group allows it", async () => {
  const network = await cloud.network();
  const group = async (name: string) =>
    (await cloud.ec2.createSecurityGroup({ GroupName: name, Description: name, VpcId: network.vpcId }))
      .GroupId!;
  const [own, ofEndpoint] = [await group("own"), await group("endpoint")];
  const name = await create(
    `handle() { curl -sS -o /dev/null -w '"%{http_code}"' --aws-sigv4 "aws:amz:$AWS_REGION:kms" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\
      -H "x-amz-security-token: $AWS_SESSION_TOKEN" -H 'X-Amz-Target: TrentService.ListKeys' -d '{}' "$AWS_ENDPOINT_URL" || true; }`,
    { VpcConfig: { SubnetIds: network.subnetIds, SecurityGroupIds: [own] } },
  );
  expect((await invoke(name)).answer).toBe("000");
  await cloud.ec2.createVpcEndpoint({
    VpcId: network.vpcId,
    ServiceName: "com.amazonaws.eu-central-1.kms",
    VpcEndpointType: "Interface",
    SubnetIds: network.subnetIds,
    SecurityGroupIds: [ofEndpoint],
    PrivateDnsEnabled: true,
  });
  expect((await invoke(name)).answer).toBe("000");
  await cloud.ec2.authorizeSecurityGroupIngress({
    GroupId: ofEndpoint,
    IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: own }] }],
  });
  expect((await invoke(name)).answer).toBe("200");
});

test("in a VPC without private DNS reaches a service by the endpoint's own name, as its policy allows", async () => {
  const network = await cloud.network();
  const { GroupId } = await cloud.ec2.createSecurityGroup({
    GroupName: "by-name",
    Description: "by-name",
    VpcId: network.vpcId,
  });
  await cloud.ec2.authorizeSecurityGroupIngress({
    GroupId,
    IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId }] }],
  });
  const allow = (Action: string) => ({ Effect: "Allow", Principal: "*", Action, Resource: "*" });
  const { VpcEndpoint } = await cloud.ec2.createVpcEndpoint({
    VpcId: network.vpcId,
    ServiceName: "com.amazonaws.eu-central-1.kms",
    VpcEndpointType: "Interface",
    SubnetIds: network.subnetIds,
    SecurityGroupIds: [GroupId!],
    PrivateDnsEnabled: false,
    PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [allow("kms:ListKeys")] }),
  });
  const call = (operation: string, variables: Record<string, string>) =>
    create(
      `handle() { curl -sS -w '\n"%{http_code}"' --aws-sigv4 "aws:amz:$AWS_REGION:kms" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\
        -H "x-amz-security-token: $AWS_SESSION_TOKEN" -H 'X-Amz-Target: TrentService.${operation}' \\
        -H 'Content-Type: application/x-amz-json-1.1' -d '{}' "$AWS_ENDPOINT_URL" 2>/dev/null | jq -cs .; }`,
      {
        VpcConfig: { SubnetIds: network.subnetIds, SecurityGroupIds: [GroupId!] },
        Environment: { Variables: variables },
      },
    ).then(invoke);
  expect((await call("ListKeys", {})).answer).toEqual(["000"]);
  const named = { AWS_ENDPOINT_URL_KMS: `https://${VpcEndpoint!.DnsEntries![0].DnsName}` };
  expect((await call("ListKeys", named)).answer).toEqual([expect.anything(), "200"]);
  const refused = (await call("ListAliases", named)).answer;
  expect(refused[0].message).toMatch(/no VPC endpoint policy allows the kms:ListAliases action/);
});

// «Configuring reserved concurrency», AWS Lambda Developer Guide.
test("may reserve concurrency while the account keeps 100 unreserved, and is throttled beyond it", async () => {
  const FunctionName = await create("handle() { sleep 1; echo 1; }");
  const reserve = (ReservedConcurrentExecutions: number) =>
    cloud.lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions });
  await expect(reserve(901)).rejects.toMatchObject({ name: "InvalidParameterValueException" });
  await reserve(1);
  const runs = await Promise.allSettled([invoke(FunctionName), invoke(FunctionName)]);
  expect(runs.map((r) => r.status).sort()).toEqual(["fulfilled", "rejected"]);
  const refused = runs.find((r) => r.status === "rejected") as PromiseRejectedResult;
  expect(refused.reason).toMatchObject({ name: "TooManyRequestsException" });
});

test("that runs several times at once has an environment for each, and they serve what comes next", async () => {
  const FunctionName = await create('handle() { sleep 0.5; printf \'"%s"\' "$TMPDIR"; }');
  const environments = async () =>
    (await Promise.all([1, 2, 3].map(() => invoke(FunctionName)))).map((r) => r.answer).sort();
  const first = await environments();
  expect(new Set(first).size).toBe(3);
  expect(await environments()).toEqual(first);
});

// «How Lambda handles errors and retries with asynchronous invocation», AWS Lambda Developer Guide.
test("that fails asynchronously is tried three times, then its event is sent to the destination", async () => {
  const { QueueUrl } = await cloud.sqs.createQueue({ QueueName: "failed" });
  const Destination = "arn:aws:sqs:eu-central-1:123456789012:failed";
  const Role = await cloud.role("asynchronous", ["sqs:SendMessage"]);
  const name = await create("", { Role }, "#!/bin/bash\nexit 3\n");
  await cloud.lambda.putFunctionEventInvokeConfig({
    FunctionName: name,
    DestinationConfig: { OnFailure: { Destination } },
  });
  await cloud.lambda.invoke({ FunctionName: name, InvocationType: "Event", Payload: Buffer.from('{"a":1}') });
  const { Messages } = await cloud.sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 });
  expect(JSON.parse(Messages![0].Body!)).toMatchObject({
    requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
    requestPayload: { a: 1 },
    responsePayload: { errorType: "Runtime.ExitError" },
  });
});

test("that does not exist is ResourceNotFoundException", async () => {
  await expect(invoke("no-such-function")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});
