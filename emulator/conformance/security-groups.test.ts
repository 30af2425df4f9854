// Security groups, where moto's answers were not AWS's.

import { TestCloud } from "./cloud";

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await TestCloud.start();
});
afterAll(() => cloud.stop());

test("a rule's other group can be changed (ModifySecurityGroupRules)", async () => {
  const { vpcId } = await cloud.network();
  const group = async (name: string) => {
    const made = await cloud.ec2.createSecurityGroup({ GroupName: name, Description: name, VpcId: vpcId });
    return made.GroupId!;
  };
  const [GroupId, before, after] = [await group("own"), await group("before"), await group("after")];
  const ports = { IpProtocol: "tcp", FromPort: 2223, ToPort: 2225 };
  const { SecurityGroupRules } = await cloud.ec2.authorizeSecurityGroupEgress({
    GroupId,
    IpPermissions: [{ ...ports, UserIdGroupPairs: [{ GroupId: before }] }],
  });
  const { SecurityGroupRuleId } = SecurityGroupRules![0];
  const SecurityGroupRule = { ...ports, ReferencedGroupId: after };
  await cloud.ec2.modifySecurityGroupRules({
    GroupId,
    SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule }],
  });
  const described = await cloud.ec2.describeSecurityGroupRules({
    SecurityGroupRuleIds: [SecurityGroupRuleId!],
  });
  expect(described.SecurityGroupRules![0]).toMatchObject({
    ...ports,
    ReferencedGroupInfo: { GroupId: after },
  });
});

test("a rule for a group has its own description, by which it is no other rule (SecurityGroupRule, EC2 API Reference)", async () => {
  const { vpcId } = await cloud.network();
  const own = { GroupName: "described", Description: "described", VpcId: vpcId };
  const GroupId = (await cloud.ec2.createSecurityGroup(own)).GroupId!;
  const ports = { IpProtocol: "tcp", FromPort: 443, ToPort: 443 };
  const allow = (Description: string) =>
    cloud.ec2.authorizeSecurityGroupIngress({
      GroupId,
      IpPermissions: [{ ...ports, UserIdGroupPairs: [{ GroupId, Description }] }],
    });
  const { SecurityGroupRules } = await allow("first");
  const [{ SecurityGroupRuleId }] = SecurityGroupRules!;
  const described = async () =>
    (await cloud.ec2.describeSecurityGroupRules({ SecurityGroupRuleIds: [SecurityGroupRuleId!] }))
      .SecurityGroupRules![0].Description;
  expect(await described()).toBe("first");
  await expect(allow("again")).rejects.toMatchObject({ Code: "InvalidPermission.Duplicate" });
  const SecurityGroupRule = { ...ports, ReferencedGroupId: GroupId, Description: "second" };
  await cloud.ec2.modifySecurityGroupRules({
    GroupId,
    SecurityGroupRules: [{ SecurityGroupRuleId, SecurityGroupRule }],
  });
  expect(await described()).toBe("second");
  const { SecurityGroups } = await cloud.ec2.describeSecurityGroups({ GroupIds: [GroupId] });
  const [{ IpRanges, UserIdGroupPairs }] = SecurityGroups![0].IpPermissions!;
  expect([IpRanges ?? [], UserIdGroupPairs]).toEqual([
    [],
    [expect.objectContaining({ GroupId, Description: "second" })],
  ]);
});
