// What a deploy asks of an account before it begins: quotas, regions, what a role may, and whether a bucket is there.

import { S3 } from "@aws-sdk/client-s3";
import { ServiceQuotas } from "@aws-sdk/client-service-quotas";
import { TestCloud } from "./cloud";

let cloud: TestCloud;
const settings = () => ({
  endpoint: cloud.url,
  region: "eu-central-1",
  credentials: cloud.credentials,
  maxAttempts: 1,
});

beforeAll(async () => {
  cloud = await TestCloud.start();
});
afterAll(() => cloud.stop());

test("service quotas have AWS's names and codes («AWS CloudHSM endpoints and quotas», AWS General Reference)", async () => {
  const quotas = new ServiceQuotas(settings());
  const listed = async (ServiceCode: string) =>
    (await quotas.listServiceQuotas({ ServiceCode })).Quotas!.map((q) => [q.QuotaCode, q.QuotaName, q.Value]);
  await cloud.post("quotas", { vpcs: 5 });
  expect(await listed("cloudhsm")).toEqual([
    ["L-4B16B391", "Clusters per AWS Region and AWS account", 4],
    ["L-95BA35D1", "HSMs per AWS Region and AWS account", 6],
  ]);
  expect(await listed("vpc")).toEqual([
    ["L-F678F1CE", "VPCs per Region", 5],
    ["L-29B6F2EB", "Interface VPC endpoints per VPC", 50],
    ["L-DF5E4CA3", "Network interfaces per Region", 5000],
  ]);
  expect(await listed("fsx")).toEqual([
    ["L-C28C1403", "ONTAP file systems", 100],
    ["L-E2C89679", "ONTAP SSD storage capacity", 524_288],
    ["L-C5F860DD", "ONTAP throughput capacity", 10_240],
  ]);
});

test("no more VPCs, and no more interface endpoints of one, than the account may have («Amazon VPC quotas»)", async () => {
  const { VpcId } = (await cloud.ec2.createVpc({ CidrBlock: "10.1.0.0/24" })).Vpc!;
  const { Vpcs } = await cloud.ec2.describeVpcs({});
  await cloud.post("quotas", { vpcs: Vpcs!.length, "interface endpoints per vpc": 1 });
  await expect(cloud.ec2.createVpc({ CidrBlock: "10.2.0.0/24" })).rejects.toMatchObject({
    name: "VpcLimitExceeded",
    message: "The maximum number of VPCs has been reached.",
  });
  const endpoint = (service: string) =>
    cloud.ec2.createVpcEndpoint({
      VpcId,
      VpcEndpointType: "Interface",
      ServiceName: `com.amazonaws.eu-central-1.${service}`,
    });
  await endpoint("kms");
  await expect(endpoint("secretsmanager")).rejects.toMatchObject({ name: "VpcEndpointLimitExceeded" });
  await cloud.post("quotas", { vpcs: 1000, "interface endpoints per vpc": 50 });
  await endpoint("secretsmanager");
});

test("simulates what a role's policies allow, with the context that is given (SimulatePrincipalPolicy)", async () => {
  const { Role } = await cloud.iam.createRole({ RoleName: "deployer", AssumeRolePolicyDocument: "{}" });
  const Statement = [
    { Effect: "Allow", Action: "fsx:*", Resource: "*" },
    {
      Effect: "Allow",
      Action: "iam:CreateServiceLinkedRole",
      Resource: "*",
      Condition: { StringEquals: { "iam:AWSServiceName": "fsx.amazonaws.com" } },
    },
    { Effect: "Deny", Action: "fsx:DeleteFileSystem", Resource: "*" },
  ];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await cloud.iam.putRolePolicy({ RoleName: "deployer", PolicyName: "deploy", PolicyDocument });
  const decisions = async (actions: string[], service?: string) => {
    const { EvaluationResults } = await cloud.iam.simulatePrincipalPolicy({
      PolicySourceArn: Role!.Arn,
      ActionNames: actions,
      ...(service && {
        ContextEntries: [
          { ContextKeyName: "iam:AWSServiceName", ContextKeyType: "string", ContextKeyValues: [service] },
        ],
      }),
    });
    return EvaluationResults!.map((result) => result.EvalDecision);
  };
  expect(await decisions(["fsx:CreateFileSystem", "fsx:DeleteFileSystem", "kms:CreateKey"])).toEqual([
    "allowed",
    "explicitDeny",
    "implicitDeny",
  ]);
  const make = ["iam:CreateServiceLinkedRole"];
  expect(await decisions(make, "fsx.amazonaws.com")).toEqual(["allowed"]);
  expect(await decisions(make, "cks.kms.amazonaws.com")).toEqual(["implicitDeny"]);
  expect(await decisions(make)).toEqual(["implicitDeny"]);
});

test("a role's inline policies have 10,240 characters together, without white space («IAM and AWS STS quotas»)", async () => {
  const RoleName = "talkative";
  await cloud.iam.createRole({ RoleName, AssumeRolePolicyDocument: "{}" });
  const put = (PolicyName: string, length: number) => {
    const Resource = `arn:aws:s3:::${"x".repeat(length)}`;
    const Statement = [{ Effect: "Allow", Action: "s3:GetObject", Resource }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement }, null, 2);
    return cloud.iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument });
  };
  await put("one", 5000);
  await put("two", 5000);
  await put("two", 4900); // in its own place
  await expect(put("three", 100)).rejects.toMatchObject({
    name: "LimitExceededException",
    message: "Maximum policy size of 10240 bytes exceeded for role talkative",
    $metadata: { httpStatusCode: 409 },
  });
});

test("HEAD answers 404 for a bucket and an object that are not there («HeadBucket», «HeadObject», Amazon S3 API Reference)", async () => {
  const s3 = new S3({ ...settings(), forcePathStyle: true });
  const missing = { name: "NotFound", $metadata: { httpStatusCode: 404 } };
  await expect(s3.headBucket({ Bucket: "state" })).rejects.toMatchObject(missing);
  await s3.createBucket({
    Bucket: "state",
    CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
  });
  await s3.headBucket({ Bucket: "state" });
  await expect(s3.headObject({ Bucket: "state", Key: "x" })).rejects.toMatchObject(missing);
});
