// Placement of a cluster's HSMs: how many in each availability zone, and at which addresses.

import { Construct } from "constructs";
import { hsmAddress, HsmSubnet } from "../network";
import { check, checkKnown, checkNames, checkRange } from "../private";

/** "HSMs per cluster: 28": «Quotas», AWS CloudHSM User Guide. */
const MOST_HSMS = 28;

/** Place of an HSM: an availability zone and an address. */
export interface HsmPlace {
  /** Id of its construct. */
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
