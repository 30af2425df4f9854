// Requirements of KMS on a CloudHSM cluster.

import { DescribeSecurityGroupRulesCommand, SecurityGroupRule } from "@aws-sdk/client-ec2";
import { activeHsms } from "../cloudhsm/lookup";
import { Context } from "../core/context";
import { AwsError } from "../core/errors";
import { Cluster, Region } from "../core/state";

export function findKmsCluster(region: Region, id: string): Cluster {
  const cluster = region.clusters[id];
  if (!cluster || cluster.State === "DELETED")
    throw new AwsError(
      "CloudHsmClusterNotFoundException",
      `Cluster ${id} does not exist in this Region and account.`,
    );
  return cluster;
}

/** Source: CloudHsmClusterNotActiveException and CloudHsmClusterInvalidConfigurationException, AWS KMS API Reference. */
export async function requireUsable(
  { moto }: Context,
  regionName: string,
  cluster: Cluster,
  hsms: 1 | 2,
): Promise<void> {
  if (cluster.State !== "ACTIVE")
    throw new AwsError("CloudHsmClusterNotActiveException", `Cluster ${cluster.ClusterId} is not active.`);
  const invalid = (message: string) => new AwsError("CloudHsmClusterInvalidConfigurationException", message);
  if (Object.keys(cluster.SubnetMapping).length < 2)
    throw invalid("The cluster must have private subnets in at least two different Availability Zones.");
  const zones = new Set(activeHsms(cluster).map((h) => h.AvailabilityZone));
  // The text as AWS gave it: docs/evidence.md.
  if (hsms === 2 && zones.size < 2)
    throw invalid("CloudHSM cluster must contain active HSMs in at least two Availability Zones");
  if (zones.size < 1) throw invalid("The cluster must contain at least one active HSM.");
  const { SecurityGroupRules = [] } = await moto.ec2(regionName).send(
    new DescribeSecurityGroupRulesCommand({
      Filters: [{ Name: "group-id", Values: [cluster.SecurityGroup] }],
    }),
  );
  for (const egress of [false, true])
    if (!SecurityGroupRules.some((rule) => allowsHsmPorts(rule, egress, cluster.SecurityGroup)))
      throw invalid(
        `The security group of the cluster has no ${egress ? "outbound" : "inbound"} rule for TCP 2223-2225 ` +
          `${egress ? "to" : "from"} itself.`,
      );
}

function allowsHsmPorts(rule: SecurityGroupRule, egress: boolean, peer: string): boolean {
  return (
    rule.IsEgress === egress &&
    ["tcp", "-1"].includes(rule.IpProtocol!) &&
    (rule.IpProtocol === "-1" || (rule.FromPort! <= 2223 && rule.ToPort! >= 2225)) &&
    rule.ReferencedGroupInfo?.GroupId === peer
  );
}
