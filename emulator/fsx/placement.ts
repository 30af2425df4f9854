// Where an ONTAP file system may be: subnets, the preferred one, and what only Multi-AZ file systems have.

import { DescribeSubnetsCommand, Subnet } from "@aws-sdk/client-ec2";
import { Context } from "../context";
import { AwsError } from "../errors";
import { badRequest } from "./lookup";
import { isMultiAz } from "./sizing";

/** The subnets of a new file system. Source: SubnetIds, PreferredSubnetId, CreateFileSystem, Amazon FSx API Reference. */
export async function checkNetwork({ moto }: Context, regionName: string, input: any): Promise<Subnet[]> {
  const {
    DeploymentType,
    PreferredSubnetId,
    EndpointIpAddressRange,
    EndpointIpv6AddressRange,
    RouteTableIds,
  } = input.OntapConfiguration;
  const { Subnets = [] } = await moto
    .ec2(regionName)
    .send(new DescribeSubnetsCommand({ SubnetIds: input.SubnetIds }))
    .catch((error) => {
      throw new AwsError("InvalidNetworkSettings", error.message);
    });
  const multiAz = isMultiAz(DeploymentType);
  if (new Set(Subnets.map((s) => s.AvailabilityZone)).size !== (multiAz ? 2 : 1))
    throw badRequest(
      `${DeploymentType} needs ${multiAz ? "two subnets in different Availability Zones" : "one subnet"}.`,
    );
  if (new Set(Subnets.map((s) => s.VpcId)).size > 1) throw badRequest("The subnets are in different VPCs.");
  if ((multiAz || PreferredSubnetId) && !input.SubnetIds.includes(PreferredSubnetId))
    throw badRequest("PreferredSubnetId must be one of SubnetIds.");
  refuseForSingleAz(DeploymentType, { EndpointIpAddressRange, EndpointIpv6AddressRange, RouteTableIds });
  if (EndpointIpv6AddressRange && input.NetworkType !== "DUAL")
    throw badRequest("EndpointIpv6AddressRange needs NetworkType DUAL.");
  return Subnets;
}

/** "(Multi-AZ only)": CreateFileSystemOntapConfiguration, UpdateFileSystemOntapConfiguration, API Reference. */
export function refuseForSingleAz(deploymentType: string, members: Record<string, unknown>): void {
  if (isMultiAz(deploymentType)) return;
  for (const [name, value] of Object.entries(members))
    if (value !== undefined) throw badRequest(`${name} is valid for Multi-AZ file systems only.`);
}
