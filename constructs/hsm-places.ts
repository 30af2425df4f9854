// Where a cluster's HSMs stand: how many in which zone, and at which address each.

import { Construct } from "constructs";
import { Address4 } from "ip-address"; // IPv4 arithmetic that the field trusts
import { HsmSubnet } from "./hsm-network";
import { check, checkKnown, checkNames, checkRange, refuse } from "./validation";

/** Which address of its subnet an HSM has: fixed, so that an HSM is never made twice. AWS keeps the first four. */
const HSM_HOST_NUMBER = 10;

/** What an HSM's subnet reserves, from an offset on: the first six HSMs in it, or two where it is too small for more. */
const RESERVED = { offset: 8, mask: 29 };
const RESERVED_OF_SMALLEST = { subnetMask: 28, offset: 10, mask: 31 };

/** "HSMs per cluster: 28": «Quotas», AWS CloudHSM User Guide. */
const MOST_HSMS = 28;

/** Where an HSM stands. */
export interface HsmPlace {
  /** Of its construct. */
  readonly id: string;
  readonly availabilityZone: string;
  readonly subnetId: string;
  readonly ipAddress: string;
}

/** All places, in the subnets' order: one in each zone, or as many as `hsms` says. */
export function hsmPlaces(scope: Construct, subnets: HsmSubnet[], hsms?: Record<string, number>): HsmPlace[] {
  const zones = subnets.map((s) => s.availabilityZone);
  const counts = hsms ?? Object.fromEntries(zones.map((zone) => [zone, 1]));
  checkNames(scope, "hsms", counts, zones);
  checkKnown(scope, "hsms", counts, "numbers of HSMs by availability zone");
  for (const [zone, count] of Object.entries(counts))
    checkRange(scope, `hsms.${zone}`, count, 0, MOST_HSMS, "HSMs");
  check(
    scope,
    "hsms",
    counts,
    (all) => Object.values(all).filter((count) => count > 0).length >= 2,
    "in at least two availability zones: a key store needs HSMs in two",
  );
  check(
    scope,
    "hsms",
    counts,
    (all) => Object.values(all).reduce((sum, count) => sum + count, 0) <= MOST_HSMS,
    `${MOST_HSMS} HSMs at most`,
  );
  return subnets.flatMap(({ availabilityZone, subnetId, cidrBlock }) =>
    Array.from({ length: counts[availabilityZone] ?? 0 }, (_, i) => ({
      id: `hsm-${availabilityZone}${i === 0 ? "" : `-${i + 1}`}`,
      availabilityZone,
      subnetId,
      ipAddress: hsmAddress(scope, availabilityZone, cidrBlock, i),
    })),
  );
}

/** So many of the places, one in each zone before a second one. */
export function firstPlaces(places: HsmPlace[], count: number): HsmPlace[] {
  const rank = (place: HsmPlace) =>
    places.filter((p) => p.availabilityZone === place.availabilityZone).indexOf(place);
  return [...places].sort((a, b) => rank(a) - rank(b)).slice(0, count);
}

/** The range in a subnet that holds its HSMs' addresses. */
export function hsmRange(cidrBlock: string): string {
  const subnet = new Address4(cidrBlock);
  const { offset, mask } =
    subnet.subnetMask < RESERVED_OF_SMALLEST.subnetMask ? RESERVED : RESERVED_OF_SMALLEST;
  return `${Address4.fromBigInt(subnet.startAddress().bigInt() + BigInt(offset)).address}/${mask}`;
}

/** Of the so manieth HSM in the subnet. */
function hsmAddress(scope: Construct, zone: string, cidrBlock: string, index: number): string {
  const range = new Address4(cidrBlock);
  const address = range.startAddress().bigInt() + BigInt(HSM_HOST_NUMBER + index);
  // AWS keeps the last address as well: «Subnet CIDR blocks», Amazon VPC User Guide.
  if (address >= range.endAddress().bigInt())
    refuse(scope, `hsms.${zone}`, index + 1, `fewer: ${cidrBlock} has no address for so many`);
  return Address4.fromBigInt(address).address;
}
