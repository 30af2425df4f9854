// Lambda's network interfaces in a VPC: «Giving Lambda functions access to resources in an Amazon VPC», «Lambda function states», AWS Lambda
// Developer Guide.

import { waitUntilFunctionUpdatedV2 } from "@aws-sdk/client-lambda";
import { Network, TestCloud, zip } from "./cloud";
import { active } from "./operator";

const DESCRIPTION = "AWS Lambda VPC ENI*";

let cloud: TestCloud;
let network: Network;
let Role: string;
let count = 0;

beforeAll(async () => {
  // A function is Pending for 1.2 seconds, and its interfaces stay for 12.
  cloud = await TestCloud.start(100);
  network = await cloud.network();
  Role = await cloud.role("function", ["ec2:*"]);
});
afterEach(() => cloud.endFaults());
afterAll(() => cloud.stop());

const group = async (GroupName: string) =>
  (await cloud.ec2.createSecurityGroup({ GroupName, Description: "x", VpcId: network.vpcId })).GroupId!;
async function create(SubnetIds: string[], SecurityGroupIds: string[]): Promise<string> {
  const FunctionName = `function-${++count}`;
  const ZipFile = await zip({ bootstrap: "#!/bin/bash\nexit 3\n" });
  const VpcConfig = { SubnetIds, SecurityGroupIds };
  const Code = { ZipFile };
  const made = await cloud.lambda.createFunction({
    ...{ FunctionName, Role, Code, VpcConfig },
    Runtime: "provided.al2023",
    Handler: "bootstrap",
  });
  expect(made).toMatchObject({ State: "Pending", StateReasonCode: "Creating" });
  return FunctionName;
}
const interfaces = async (GroupId: string) =>
  (
    await cloud.ec2.describeNetworkInterfaces({
      Filters: [
        { Name: "group-id", Values: [GroupId] },
        { Name: "description", Values: [DESCRIPTION] },
      ],
    })
  ).NetworkInterfaces!;

test("one for each subnet and set of groups, shared by functions, and they outlive the last one: until then neither group nor subnet goes (hashicorp/terraform-provider-aws#10329)", async () => {
  const GroupId = await group("shared");
  const CidrBlock = "10.9.0.192/28";
  const { Subnet } = await cloud.ec2.createSubnet({ VpcId: network.vpcId, CidrBlock });
  const subnets = [network.subnetIds[0], Subnet!.SubnetId!];
  const [first, second] = [await create(subnets, [GroupId]), await create(subnets, [GroupId])];
  await Promise.all([active(cloud.lambda, first), active(cloud.lambda, second)]);
  const made = await interfaces(GroupId);
  expect(made.map((i) => i.SubnetId).sort()).toEqual([...subnets].sort());
  expect(made[0]).toMatchObject({
    InterfaceType: "lambda",
    RequesterManaged: true,
    Status: "in-use",
    Attachment: { InstanceOwnerId: "amazon-aws", AttachmentId: expect.stringMatching(/^ela-attach-/) },
  });
  const blocked = { name: "DependencyViolation" };

  await cloud.lambda.deleteFunction({ FunctionName: first });
  await cloud.advanceClock(3600);
  expect(await interfaces(GroupId)).toHaveLength(2);

  await cloud.lambda.deleteFunction({ FunctionName: second });
  expect(await interfaces(GroupId)).toHaveLength(2);
  await expect(cloud.ec2.deleteSecurityGroup({ GroupId })).rejects.toMatchObject(blocked);
  await expect(cloud.ec2.deleteSubnet({ SubnetId: subnets[1] })).rejects.toMatchObject(blocked);
  await cloud.advanceClock(20 * 60);
  expect(await interfaces(GroupId)).toEqual([]);
  await cloud.ec2.deleteSecurityGroup({ GroupId });
  await cloud.ec2.deleteSubnet({ SubnetId: subnets[1] });
});

test("a function that is created again in time keeps them", async () => {
  const GroupId = await group("again");
  const FunctionName = await create([network.subnetIds[0]], [GroupId]);
  const [before] = await interfaces(GroupId);
  await cloud.lambda.deleteFunction({ FunctionName });
  await create([network.subnetIds[0]], [GroupId]);
  await cloud.advanceClock(3600);
  expect((await interfaces(GroupId)).map((i) => i.NetworkInterfaceId)).toEqual([before.NetworkInterfaceId]);
});

test("a function is Pending until they are there, and is neither called nor changed meanwhile (remotion-dev/remotion#1186, aws/serverless-application-model#2356)", async () => {
  const GroupId = await group("pending");
  const FunctionName = await create([network.subnetIds[0]], [GroupId]);
  const refused = (state: RegExp) => ({
    name: "ResourceConflictException",
    message: expect.stringMatching(state),
  });
  await expect(cloud.lambda.invoke({ FunctionName })).rejects.toMatchObject(refused(/state: Pending$/));
  await expect(cloud.lambda.updateFunctionConfiguration({ FunctionName, Timeout: 5 })).rejects.toMatchObject(
    refused(/state: 'Pending'. StateReasonCode: 'Creating'$/),
  );
  await active(cloud.lambda, FunctionName);
  expect((await cloud.lambda.invoke({ FunctionName })).FunctionError).toBe("Unhandled");
});

test("a function whose subnet has no free address is made, and Failed with SubnetOutOfIPAddresses (StateReasonCode, FunctionConfiguration, API Reference)", async () => {
  const { Subnet } = await cloud.ec2.createSubnet({ VpcId: network.vpcId, CidrBlock: "10.9.0.224/28" });
  const SubnetId = Subnet!.SubnetId!;
  for (let i = 4; i < 15; i++) await cloud.ec2.createNetworkInterface({ SubnetId });
  const FunctionName = `function-${++count}`;
  const Code = { ZipFile: await zip({ bootstrap: "" }) };
  const VpcConfig = { SubnetIds: [SubnetId], SecurityGroupIds: [await group("full")] };
  await cloud.lambda.createFunction({
    ...{ FunctionName, Role, Code, VpcConfig },
    Runtime: "provided.al2023",
    Handler: "x",
  });
  const { Configuration } = await cloud.lambda.getFunction({ FunctionName });
  expect(Configuration).toMatchObject({ State: "Failed", StateReasonCode: "SubnetOutOfIPAddresses" });
  await expect(cloud.lambda.invoke({ FunctionName })).rejects.toMatchObject({
    name: "ResourceConflictException",
  });
});

test("another VPC configuration: an update is in progress until the new ones are there, and the old ones go (motdotla/node-lambda#535)", async () => {
  const [before, after] = [await group("before"), await group("after")];
  const FunctionName = await create([network.subnetIds[0]], [before]);
  await active(cloud.lambda, FunctionName);
  const VpcConfig = { SubnetIds: [network.subnetIds[1]], SecurityGroupIds: [after] };
  const updated = await cloud.lambda.updateFunctionConfiguration({ FunctionName, VpcConfig });
  expect(updated.LastUpdateStatus).toBe("InProgress");
  await expect(cloud.lambda.updateFunctionConfiguration({ FunctionName, Timeout: 5 })).rejects.toMatchObject({
    message: expect.stringMatching(/An update is in progress for resource/),
  });
  const waiter = { client: cloud.lambda, minDelay: 0.02, maxDelay: 0.2, maxWaitTime: 60 };
  await waitUntilFunctionUpdatedV2(waiter, { FunctionName });
  await cloud.advanceClock(20 * 60);
  expect([await interfaces(before), await interfaces(after)]).toMatchObject([[], [{}]]);
});

test("of a function that was idle for weeks they are taken away; its next call fails, and makes Lambda restore them (ResourceNotReadyException, Invoke, API Reference)", async () => {
  const GroupId = await group("idle");
  const FunctionName = await create([network.subnetIds[0]], [GroupId]);
  await active(cloud.lambda, FunctionName);
  await cloud.post("faults", { function: FunctionName, fault: "idle" });
  await cloud.advanceClock(20 * 60);
  expect(await interfaces(GroupId)).toEqual([]);
  const { Configuration } = await cloud.lambda.getFunction({ FunctionName });
  expect(Configuration).toMatchObject({ State: "Inactive", StateReasonCode: "Idle" });
  const refused = { name: "ResourceNotReadyException", $metadata: { httpStatusCode: 502 } };
  await expect(cloud.lambda.invoke({ FunctionName })).rejects.toMatchObject(refused);
  await expect(cloud.lambda.invoke({ FunctionName })).rejects.toMatchObject(refused);
  await active(cloud.lambda, FunctionName);
  expect((await cloud.lambda.invoke({ FunctionName })).FunctionError).toBe("Unhandled");
  expect(await interfaces(GroupId)).toHaveLength(1);
});

test("a security group that another one's rule names, or an endpoint has, is not deleted (DeleteSecurityGroup, EC2 API Reference)", async () => {
  const [named, naming, ofEndpoint] = [await group("named"), await group("naming"), await group("endpoint")];
  const blocked = { name: "DependencyViolation" };
  const IpPermissions = [
    { IpProtocol: "tcp", FromPort: 1, ToPort: 1, UserIdGroupPairs: [{ GroupId: named }] },
  ];
  await cloud.ec2.authorizeSecurityGroupIngress({ GroupId: naming, IpPermissions });
  await expect(cloud.ec2.deleteSecurityGroup({ GroupId: named })).rejects.toMatchObject(blocked);
  await cloud.ec2.deleteSecurityGroup({ GroupId: naming });
  await cloud.ec2.deleteSecurityGroup({ GroupId: named });

  const [SubnetId, other] = network.subnetIds;
  const { VpcEndpoint } = await cloud.ec2.createVpcEndpoint({
    VpcId: network.vpcId,
    VpcEndpointType: "Interface",
    ServiceName: "com.amazonaws.eu-central-1.kms",
    SubnetIds: [SubnetId],
    SecurityGroupIds: [ofEndpoint],
  });
  const VpcEndpointId = VpcEndpoint!.VpcEndpointId!;
  await expect(cloud.ec2.deleteSecurityGroup({ GroupId: ofEndpoint })).rejects.toMatchObject(blocked);
  await cloud.ec2.modifyVpcEndpoint({ VpcEndpointId, AddSubnetIds: [other] });
  await expect(cloud.ec2.deleteSubnet({ SubnetId: other })).rejects.toMatchObject(blocked);
  await cloud.ec2.deleteVpcEndpoints({ VpcEndpointIds: [VpcEndpointId] });
  await cloud.ec2.deleteSecurityGroup({ GroupId: ofEndpoint });
});
