// The network of a function in a VPC: what it reaches is what endpoints and security groups let through.

import {
  DescribeSecurityGroupRulesCommand,
  DescribeVpcEndpointsCommand,
  VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { Caller } from "./lambda/functions";
import { Moto } from "./moto";

/** Endpoint service names by the service name in a signature, where the two differ. */
const ENDPOINT_SERVICE: Record<string, string> = { cloudhsm: "cloudhsmv2" };

/**
 * The interface endpoint by which a function in a private subnet reaches a service: one whose group lets it in, and whose
 * name the function has, from private DNS or from its settings.
 */
export async function wayToService(
  moto: Moto,
  caller: Caller,
  service: string,
): Promise<VpcEndpoint | undefined> {
  const name = `com.amazonaws.${caller.region}.${ENDPOINT_SERVICE[service] ?? service}`;
  const { VpcEndpoints = [] } = await moto.ec2(caller.region).send(
    new DescribeVpcEndpointsCommand({
      Filters: [
        { Name: "vpc-id", Values: [caller.vpcId!] },
        { Name: "service-name", Values: [name] },
      ],
    }),
  );
  for (const endpoint of VpcEndpoints) {
    const named = caller.endpointUrls.some((url) => leadsTo(endpoint, url));
    if (!endpoint.PrivateDnsEnabled && !named) continue;
    for (const group of endpoint.Groups ?? [])
      if (await connects(moto, caller, group.GroupId!, 443)) return endpoint;
  }
  return undefined;
}

/** True where the URL has one of the endpoint's own names. */
const leadsTo = (endpoint: VpcEndpoint, url: string): boolean =>
  (endpoint.DnsEntries ?? []).some(({ DnsName }) => url === `https://${DnsName}`);

/** True where the caller's groups may send to `group` on the port and `group` lets them in. */
export async function connects(moto: Moto, caller: Caller, group: string, port: number): Promise<boolean> {
  if (!caller.vpcId) return false;
  const { SecurityGroupRules = [] } = await moto.ec2(caller.region).send(
    new DescribeSecurityGroupRulesCommand({
      Filters: [{ Name: "group-id", Values: [group, ...caller.securityGroupIds] }],
    }),
  );
  const open = (from: string[], to: string[], egress: boolean) =>
    SecurityGroupRules.some(
      (rule) =>
        rule.IsEgress === egress &&
        from.includes(rule.GroupId!) &&
        (rule.IpProtocol === "-1" ||
          (rule.IpProtocol === "tcp" && rule.FromPort! <= port && rule.ToPort! >= port)) &&
        (to.includes(rule.ReferencedGroupInfo?.GroupId ?? "") || rule.CidrIpv4 !== undefined),
    );
  return open(caller.securityGroupIds, [group], true) && open([group], caller.securityGroupIds, false);
}
