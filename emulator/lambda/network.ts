// The network of a function in a VPC: what it reaches is what endpoints and security groups let through.

import {
  DescribeSecurityGroupRulesCommand,
  DescribeVpcEndpointsCommand,
  VpcEndpoint,
} from "@aws-sdk/client-ec2";
import { Context } from "../core/context";
import { Caller } from "./functions";

/** Endpoint service names by the service name in a signature, where the two differ. */
const ENDPOINT_SERVICE: Record<string, string> = { cloudhsm: "cloudhsmv2" };

/**
 * The interface endpoint by which a function in a private subnet reaches a service: one whose group lets it in, and whose
 * name the function has, from private DNS or from its settings.
 */
export async function wayToService(
  context: Context,
  caller: Caller,
  service: string,
): Promise<VpcEndpoint | undefined> {
  const name = `com.amazonaws.${caller.region}.${ENDPOINT_SERVICE[service] ?? service}`;
  const command = new DescribeVpcEndpointsCommand({
    Filters: [
      { Name: "vpc-id", Values: [caller.vpcId!] },
      { Name: "service-name", Values: [name] },
    ],
  });
  const { VpcEndpoints = [] } = await context.lookups.known(`endpoint ${caller.vpcId} ${name}`, () =>
    context.moto.ec2(caller.region).send(command),
  );
  for (const endpoint of VpcEndpoints) {
    const named = caller.endpointUrls.some((url) => leadsTo(endpoint, url));
    if (!endpoint.PrivateDnsEnabled && !named) continue;
    for (const group of endpoint.Groups ?? [])
      if (await connects(context, caller, group.GroupId!, 443)) return endpoint;
  }
  return undefined;
}

/** True where the URL has one of the endpoint's own names. */
const leadsTo = (endpoint: VpcEndpoint, url: string): boolean =>
  (endpoint.DnsEntries ?? []).some(({ DnsName }) => url === `https://${DnsName}`);

/** True where the caller's groups may send to `group` on the port and `group` lets them in. */
export async function connects(
  context: Context,
  caller: Caller,
  group: string,
  port: number,
): Promise<boolean> {
  if (!caller.vpcId) return false;
  const Values = [group, ...caller.securityGroupIds];
  const command = new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: "group-id", Values }] });
  const { SecurityGroupRules = [] } = await context.lookups.known(`rules of ${Values.join(" ")}`, () =>
    context.moto.ec2(caller.region).send(command),
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
