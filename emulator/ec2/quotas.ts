// Quotas of a VPC's parts, which moto does not have. Source: «Amazon VPC quotas», Amazon VPC User Guide; the errors: «Error codes for the
// Amazon EC2 API», Amazon EC2 API Reference.

import { DescribeVpcEndpointsCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { Context } from "../core/context";
import { AwsError } from "../core/errors";

/** Refuses a call that would make more than the account may have. */
export async function checkVpcQuotas(
  { cloud, moto }: Context,
  region: string,
  operation: "CreateVpc" | "CreateVpcEndpoint",
  input: URLSearchParams,
): Promise<void> {
  if (operation === "CreateVpc") {
    const { Vpcs } = await moto.ec2(region).send(new DescribeVpcsCommand({}));
    if (Vpcs!.length >= cloud.quotas.vpcs)
      throw new AwsError("VpcLimitExceeded", "The maximum number of VPCs has been reached.");
    return;
  }
  if (input.get("VpcEndpointType") !== "Interface") return;
  const Filters = [{ Name: "vpc-id", Values: [input.get("VpcId") ?? ""] }];
  const { VpcEndpoints } = await moto.ec2(region).send(new DescribeVpcEndpointsCommand({ Filters }));
  const interfaces = VpcEndpoints!.filter((e) => e.VpcEndpointType === "Interface");
  if (interfaces.length >= cloud.quotas["interface endpoints per vpc"])
    throw new AwsError("VpcEndpointLimitExceeded", "The maximum number of VPC endpoints has been reached.");
}
