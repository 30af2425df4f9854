import { EC2 } from "@aws-sdk/client-ec2";

/** The zones of a region in which a service has interface endpoints. */
export async function zonesOf(region: string, service: string): Promise<string[]> {
  const { ServiceDetails } = await new EC2({ region }).describeVpcEndpointServices({
    ServiceNames: [`com.amazonaws.${region}.${service}`],
  });
  return [...(ServiceDetails?.[0]?.AvailabilityZones ?? [])].sort();
}
