import { confirmedIf, type Claim } from "../claim";

export default {
  text: "A Multi-AZ file system needs three free addresses in each of its subnets for each HA pair, a Single-AZ one three in its own; the preflight asks for as many",
  source: "none",
  byHand:
    "count the network interfaces of a file system and their addresses: `aws ec2 describe-network-interfaces --filters Name=description,Values='*fs-…*'`",
  cost: "everything",
  check: async ({ ec2, outputs }) => {
    const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({
      Filters: [
        { Name: "vpc-id", Values: [outputs.vpc_id] },
        { Name: "description", Values: [`*${outputs.file_system_id}*`] },
      ],
    });
    const bySubnet = outputs.subnet_ids.map((id) =>
      NetworkInterfaces!
        .filter(({ SubnetId }) => SubnetId === id)
        .reduce((sum, { PrivateIpAddresses }) => sum + PrivateIpAddresses!.length, 0),
    );
    return confirmedIf(
      Math.max(...bySubnet) === 3 && Math.min(...bySubnet) === 3,
      `addresses in its subnets: ${bySubnet.join(" and ")}`,
    );
  },
} satisfies Claim;
