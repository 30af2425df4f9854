// Placement of ONTAP file systems: subnets, the preferred one, and what only Multi-AZ file systems have.

import { DescribeSubnetsCommand, Subnet } from "@aws-sdk/client-ec2";
import { Address4 } from "ip-address";
import { Context } from "../core/context";
import { AwsError } from "../core/errors";
import { Moto } from "../moto/moto";
import { FileSystem } from "../core/state";
import { badRequest } from "./errors";
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
  if (EndpointIpAddressRange !== undefined)
    await checkEndpointRange(moto, regionName, Subnets[0].VpcId!, EndpointIpAddressRange);
  if (EndpointIpv6AddressRange && input.NetworkType !== "DUAL")
    throw badRequest("EndpointIpv6AddressRange needs NetworkType DUAL.");
  return Subnets;
}

/** "as long as they don't overlap with any subnet": EndpointIpAddressRange, CreateFileSystemOntapConfiguration, API Reference. */
async function checkEndpointRange(moto: Moto, regionName: string, vpcId: string, given: string) {
  if (!Address4.isValid(given) || !given.includes("/"))
    throw badRequest(`EndpointIpAddressRange ${given} is no IPv4 range in CIDR notation.`);
  const range = new Address4(given);
  const Filters = [{ Name: "vpc-id", Values: [vpcId] }];
  const { Subnets = [] } = await moto.ec2(regionName).send(new DescribeSubnetsCommand({ Filters }));
  for (const { SubnetId, CidrBlock } of Subnets) {
    const subnet = new Address4(CidrBlock!);
    if (range.isInSubnet(subnet) || subnet.isInSubnet(range))
      throw badRequest(`EndpointIpAddressRange ${given} overlaps subnet ${SubnetId} (${CidrBlock}).`);
  }
}

/** "By default … an unused IP address range for you from the 198.19.* range": the same. */
export function unusedEndpointRange(fileSystems: FileSystem[]): string {
  const taken = fileSystems.map(
    ({ attributes }) => (attributes.OntapConfiguration as Record<string, unknown>).EndpointIpAddressRange,
  );
  const ranges = Array.from({ length: 256 }, (_, i) => `198.19.${255 - i}.0/24`);
  return ranges.find((range) => !taken.includes(range)) ?? ranges[0];
}

/** An endpoint's address; which ones of the range AWS takes is not documented. */
export function addressInRange(range: string, index: number): string {
  const first = new Address4(range).startAddress().bigInt();
  return Address4.fromBigInt(first + BigInt(4 + index)).address;
}

/** "(Multi-AZ only)": CreateFileSystemOntapConfiguration, UpdateFileSystemOntapConfiguration, API Reference. */
export function refuseForSingleAz(deploymentType: string, members: Record<string, unknown>): void {
  if (isMultiAz(deploymentType)) return;
  for (const [name, value] of Object.entries(members))
    if (value !== undefined) throw badRequest(`${name} is valid for Multi-AZ file systems only.`);
}
