// IPv4 ranges that a prop gives.

import { Address4 } from "ip-address"; // IPv4 arithmetic that the field trusts
import { Construct } from "constructs";
import { refuse } from "./validation";

/** The range of a prop; refuses what is none, or begins elsewhere than its range does. */
export function parseRange(scope: Construct, prop: string, value: string): Address4 {
  const shown = "an IPv4 range in CIDR notation between /16 and /28, such as 10.0.0.0/24";
  if (typeof value !== "string" || !Address4.isValid(value)) refuse(scope, prop, value, shown);
  const range = new Address4(value);
  // "The allowed block size is between a /16 and /28": VPC CIDR blocks, Amazon VPC User Guide.
  if (!value.includes("/") || range.subnetMask < 16 || range.subnetMask > 28)
    refuse(scope, prop, value, shown);
  if (range.startAddress().address !== range.addressMinusSuffix)
    refuse(scope, prop, value, `the start of its range: ${range.startAddress().address}${range.subnet}`);
  return range;
}

/** Refuses what is no range of one's own, in the VPC or on premises: everybody's address is none. */
export function checkOwnRange(scope: Construct, prop: string, range: string): void {
  const right = "an IPv4 range in CIDR notation of your own, such as 10.0.0.0/24, that begins where it says";
  const parsed = range.includes("/") && Address4.isValid(range) ? new Address4(range) : undefined;
  if (!parsed || parsed.subnetMask === 0 || parsed.startAddress().address !== parsed.addressMinusSuffix)
    refuse(scope, prop, range, right);
}

/** Whether the two have an address in common. */
export const overlap = (one: Address4, other: Address4): boolean =>
  one.isInSubnet(other) || other.isInSubnet(one);
