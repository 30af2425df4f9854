// The rules of a cluster's own security group are AWS's, not Terraform's. Without them the HSMs do not reach each other and
// KMS refuses the cluster. Source: «Reconfigure the default security group», AWS CloudHSM User Guide;
// CloudHsmClusterInvalidConfigurationException, AWS KMS API Reference.

import { EC2 } from "@aws-sdk/client-ec2";
import { Stack } from "../app/stack";

export async function restoreClusterRules(stack: Stack): Promise<void> {
  const ec2 = new EC2({ region: stack.region });
  for (const address of stack.addresses("aws_cloudhsm_v2_cluster")) {
    const GroupId = stack.instance(address)?.attributes.security_group_id as string | undefined;
    if (!GroupId) continue;
    const { SecurityGroupRules } = await ec2.describeSecurityGroupRules({
      Filters: [{ Name: "group-id", Values: [GroupId] }],
    });
    const IpPermissions = [
      { IpProtocol: "tcp", FromPort: 2223, ToPort: 2225, UserIdGroupPairs: [{ GroupId }] },
    ];
    for (const egress of [false, true]) {
      const there = SecurityGroupRules!.some(
        (r) =>
          r.IsEgress === egress &&
          r.ReferencedGroupInfo?.GroupId === GroupId &&
          (r.IpProtocol === "-1" || (r.IpProtocol === "tcp" && r.FromPort! <= 2223 && r.ToPort! >= 2225)),
      );
      if (there) continue;
      console.log(
        `${address}: security group ${GroupId} has lost its ${egress ? "outbound" : "inbound"} rule for TCP 2223-2225 ${egress ? "to" : "from"} itself; it is made again`,
      );
      if (egress) await ec2.authorizeSecurityGroupEgress({ GroupId, IpPermissions });
      else await ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions });
    }
  }
}
