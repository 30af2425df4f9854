// The security group of a cluster.

import { DeleteSecurityGroupCommand } from "@aws-sdk/client-ec2";
import { Context } from "../core/context";
import { Cluster } from "../core/state";

/** Of a cluster that is gone. It stays where something is in it, or a rule names it, such as those of a key store that is connected still. */
export async function deleteSecurityGroup(
  { moto }: Context,
  regionName: string,
  { SecurityGroup }: Cluster,
): Promise<void> {
  await moto
    .ec2(regionName)
    .send(new DeleteSecurityGroupCommand({ GroupId: SecurityGroup }))
    .catch((error: Error) => {
      if (!["DependencyViolation", "InvalidGroup.NotFound"].includes(error.name)) throw error;
    });
}
