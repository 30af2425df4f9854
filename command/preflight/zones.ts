// Whether each zone that shall have an HSM has CloudHSM. In regions with more than three zones some have not
// (aws-samples/aws-cloudhsm-cloudformation-template#33).

import { Blueprint } from "../review/blueprint";
import { finding, Finding, notSeen } from "./finding";
import { patience } from "./patience";

/** The zones of the HSMs, by region. */
export function zonesOf(blueprint: Blueprint): Map<string, string[]> {
  const zones = new Map<string, Set<string>>();
  const add = (region: string, zone: string): void => {
    if (zone) zones.set(region, (zones.get(region) ?? new Set()).add(zone));
  };
  for (const hsm of blueprint.of("aws_cloudhsm_v2_hsm")) add(hsm.region, blueprint.zoneOf(hsm));
  for (const { region, availabilityZone } of blueprint.operatorHsms()) add(region, availabilityZone);
  return new Map([...zones].map(([region, names]) => [region, [...names].sort()]));
}

/** The zones of a region with CloudHSM: those of its endpoint's service, DescribeVpcEndpointServices, Amazon EC2 API Reference. */
export async function offeredZones(region: string): Promise<string[]> {
  const { EC2 } = await import("@aws-sdk/client-ec2");
  const { ServiceDetails } = await new EC2({ region, ...patience }).describeVpcEndpointServices({
    ServiceNames: [`com.amazonaws.${region}.cloudhsmv2`],
  });
  return [...(ServiceDetails?.[0]?.AvailabilityZones ?? [])].sort();
}

export async function checkZones(region: string, zones: string[]): Promise<Finding> {
  const name = `CloudHSM in ${zones.join(", ")}`;
  try {
    const offered = await offeredZones(region);
    const missing = zones.filter((zone) => !offered.includes(zone));
    if (missing.length === 0) return finding(name, "good", "it is there");
    return finding(
      name,
      "bad",
      `not in ${missing.join(", ")}`,
      `take subnets in zones of ${region} that have it: ${offered.join(", ")}`,
    );
  } catch (error) {
    if ((error as Error).name === "InvalidServiceName")
      return finding(name, "bad", `CloudHSM is not in ${region}`, "take subnets in another region");
    return notSeen(name, error);
  }
}
