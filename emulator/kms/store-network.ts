// The way of KMS from a connected key store to its HSMs, in the cluster's VPC: a security group, and a network interface in each of the cluster's
// subnets. It is there as long as the store is connected; until then neither subnets nor VPC can be deleted. Sources: «Connect an AWS CloudHSM
// key store», «Disconnect an AWS CloudHSM key store», AWS KMS Developer Guide.

import {
  AuthorizeSecurityGroupIngressCommand,
  CreateNetworkInterfaceCommand,
  CreateSecurityGroupCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
} from "@aws-sdk/client-ec2";
import { Context } from "../core/context";
import { Cluster } from "../core/state";

/** "named kms-<custom key store ID>" */
const nameOf = (storeId: string): string => `kms-${storeId}`;

export async function connectToCluster(
  { moto }: Context,
  regionName: string,
  storeId: string,
  cluster: Cluster,
): Promise<void> {
  const ec2 = moto.ec2(regionName);
  const Description = nameOf(storeId);
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: nameOf(storeId), Description, VpcId: cluster.VpcId }),
  );
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions: [{ IpProtocol: "-1", UserIdGroupPairs: [{ GroupId: cluster.SecurityGroup }] }],
    }),
  );
  for (const SubnetId of Object.values(cluster.SubnetMapping))
    await ec2.send(
      new CreateNetworkInterfaceCommand({ SubnetId, Groups: [GroupId!, cluster.SecurityGroup], Description }),
    );
}

export async function disconnectFromCluster(
  { moto }: Context,
  regionName: string,
  storeId: string,
): Promise<void> {
  const ec2 = moto.ec2(regionName);
  const { SecurityGroups } = await ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: "group-name", Values: [nameOf(storeId)] }] }),
  );
  for (const { GroupId } of SecurityGroups!) {
    const { NetworkInterfaces } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "group-id", Values: [GroupId!] }] }),
    );
    for (const { NetworkInterfaceId } of NetworkInterfaces!)
      await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
  }
}
