// Addresses of HSMs in their subnets.

import { Construct } from "constructs";
import { Address4 } from "ip-address"; // IPv4 arithmetic that the field trusts
import { refuse } from "../private";

/** Which address of its subnet an HSM has: fixed, so that an HSM is never made twice. AWS keeps the first four. */
const HSM_HOST_NUMBER = 10;

/** What an HSM's subnet reserves, from an offset on: the first six HSMs in it, or two where it is too small for more. */
const RESERVED = { offset: 8, mask: 29 };
const RESERVED_OF_SMALLEST = { subnetMask: 28, offset: 10, mask: 31 };

/** The range in a subnet that holds its HSMs' addresses, which nothing else may take. */
export function hsmRange(cidrBlock: string): string {
  const subnet = new Address4(cidrBlock);
  const { offset, mask } =
    subnet.subnetMask < RESERVED_OF_SMALLEST.subnetMask ? RESERVED : RESERVED_OF_SMALLEST;
  return `${Address4.fromBigInt(subnet.startAddress().bigInt() + BigInt(offset)).address}/${mask}`;
}

/** Address of the HSM of this index, from 0 on, in the subnet. */
export function hsmAddress(scope: Construct, zone: string, cidrBlock: string, index: number): string {
  const range = new Address4(cidrBlock);
  const address = range.startAddress().bigInt() + BigInt(HSM_HOST_NUMBER + index);
  // AWS keeps the last address as well: «Subnet CIDR blocks», Amazon VPC User Guide.
  if (address >= range.endAddress().bigInt())
    refuse(scope, `hsms.${zone}`, index + 1, `fewer: ${cidrBlock} has no address for so many`);
  return Address4.fromBigInt(address).address;
}
