// The route tables by which clients find a Multi-AZ file system: FSx marks them as its own, and changes only what has its mark.

import { CreateTagsCommand, DescribeRouteTablesCommand } from "@aws-sdk/client-ec2";
import { Context } from "../core/context";
import { AwsError } from "../core/errors";

/** "These route tables are tagged with Key: AmazonFSx; Value: ManagedByAmazonFSx": CreateFileSystemOntapConfiguration, API Reference. */
const MARK = { Key: "AmazonFSx", Value: "ManagedByAmazonFSx" };

/** The tables that are named, or else the default one of the VPC: they are there, and marked. */
export async function markRouteTables(
  { moto }: Context,
  regionName: string,
  vpcId: string,
  named: string[],
): Promise<string[]> {
  const ec2 = moto.ec2(regionName);
  const { RouteTables = [] } = await ec2
    .send(
      new DescribeRouteTablesCommand(
        named.length > 0
          ? { RouteTableIds: named }
          : {
              Filters: [
                { Name: "vpc-id", Values: [vpcId] },
                { Name: "association.main", Values: ["true"] },
              ],
            },
      ),
    )
    .catch((error) => {
      throw new AwsError("InvalidNetworkSettings", error.message);
    });
  const elsewhere = RouteTables.find((table) => table.VpcId !== vpcId);
  if (elsewhere)
    throw new AwsError(
      "InvalidNetworkSettings",
      `Route table ${elsewhere.RouteTableId} is not in ${vpcId}, the VPC of the file system.`,
      400,
      { InvalidRouteTableId: elsewhere.RouteTableId },
    );
  const ids = RouteTables.map((table) => table.RouteTableId!);
  await ec2.send(new CreateTagsCommand({ Resources: ids, Tags: [MARK] }));
  return ids;
}
