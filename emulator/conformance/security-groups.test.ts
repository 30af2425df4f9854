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
