// Events of API calls: «AWS service events delivered via AWS CloudTrail» and «Input transformation», Amazon EventBridge User Guide.

import { activeCluster, Chain } from "./chain";
import { TestCloud, until } from "./cloud";

let cloud: TestCloud;
let chain: Chain;
let functionArn: string;
let ruleArn: string;

beforeAll(async () => {
  cloud = await TestCloud.start();
  chain = await activeCluster(cloud, 2);
  const { Configuration } = await cloud.lambda.getFunction({ FunctionName: chain.operator.functionName });
  functionArn = Configuration!.FunctionArn!;
  const EventPattern = JSON.stringify({
    source: ["aws.cloudhsm"],
    "detail-type": ["AWS API Call via CloudTrail"],
    detail: { eventName: ["DeleteHsm"] },
  });
  ruleArn = (await cloud.events.putRule({ Name: "calls", EventPattern })).RuleArn!;
  const InputTemplate = JSON.stringify({
    action: "report-call",
    clusterId: chain.clusterId,
    eventName: "<name>",
    who: "<who>",
    ofCluster: "<cluster>",
    error: "<error>",
  });
  const InputPathsMap = {
    name: "$.detail.eventName",
    who: "$.detail.userIdentity.arn",
    cluster: "$.detail.requestParameters.clusterId",
    error: "$.detail.errorCode",
  };
  const InputTransformer = { InputPathsMap, InputTemplate };
  await cloud.events.putTargets({
    Rule: "calls",
    Targets: [{ Id: "1", Arn: functionArn, InputTransformer }],
  });
});
afterAll(() => cloud.stop());

const notifications = async () =>
  (await chain.operator.log()).filter(
    (line) => line.includes('"report-call"') && line.includes("was called"),
  );
const deleteHsm = async (HsmId: string) =>
  cloud.hsm.deleteHsm({ ClusterId: chain.clusterId, HsmId }).catch(() => undefined);

test("no rule invokes a function whose policy does not allow it", async () => {
  await deleteHsm("hsm-aaaaaaaaaaa");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(await notifications()).toEqual([]);
});

test("a call that the pattern names, with who has made it; one that AWS refused has its error, others none", async () => {
  await cloud.lambda.addPermission({
    FunctionName: chain.operator.functionName,
    StatementId: "rule",
    Action: "lambda:InvokeFunction",
    Principal: "events.amazonaws.com",
    SourceArn: ruleArn,
  });
  await deleteHsm("hsm-aaaaaaaaaaa");
  await until(notifications, (lines) => lines.length === 1);
  const [hsm] = (await cloud.cluster(chain.clusterId)).Hsms!;
  await deleteHsm(hsm.HsmId!);
  const [refused, done] = await until(notifications, (lines) => lines.length === 2);
  expect(refused).toMatch(
    /DeleteHsm was called by arn:aws:iam::\d{12}:\S+, and refused: CloudHsmResourceNotFoundException/,
  );
  expect(done).toMatch(/DeleteHsm was called by arn:aws:iam::\d{12}:[^,]+"/);
});

test("a call that the pattern does not name is none", async () => {
  await cloud.addHsm(chain.clusterId, "eu-central-1a");
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await notifications()).toHaveLength(2);
});

test("what a function with the same role's session does is its own", async () => {
  const event = {
    action: "report-call",
    clusterId: chain.clusterId,
    eventName: "DeleteHsm",
    ofCluster: chain.clusterId,
    who: `arn:aws:sts::123456789012:assumed-role/operator/${chain.operator.functionName}`,
  };
  expect((await chain.operator.invoke(event)).answer).toEqual({ status: "done", reported: false });
  const another = { ...event, ofCluster: "cluster-aaaaaaaaaaa", who: "arn:aws:iam::123456789012:user/a" };
  expect((await chain.operator.invoke(another)).answer).toEqual({ status: "done", reported: false });
});
