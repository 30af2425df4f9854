// What the provider does after the call that makes a resource, and no plan shows where a kill has kept it from it.

import { EC2 } from "@aws-sdk/client-ec2";

/** By Terraform type; called once the resource has been taken over. */
export function completions(region: string): Record<string, (id: string) => Promise<void>> {
  return {
    /**
     * AWS gives a new group a rule that lets everything out, which the provider takes away: «Security group rules», Amazon VPC
     * User Guide. The rules of this stack are resources of their own.
     */
    async aws_security_group(id) {
      const ec2 = new EC2({ region });
      const { SecurityGroupRules } = await ec2.describeSecurityGroupRules({
        Filters: [{ Name: "group-id", Values: [id] }],
      });
      const open = SecurityGroupRules!.filter(
        (r) => r.IsEgress && r.IpProtocol === "-1" && (r.CidrIpv4 === "0.0.0.0/0" || r.CidrIpv6 === "::/0"),
      );
      if (open.length === 0) return;
      const SecurityGroupRuleIds = open.map((r) => r.SecurityGroupRuleId!);
      await ec2.revokeSecurityGroupEgress({ GroupId: id, SecurityGroupRuleIds });
    },
  };
}
