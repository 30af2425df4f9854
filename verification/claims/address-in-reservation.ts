import { BlockList } from "node:net";
import { confirmedIf, type Claim } from "../claim";

export default {
  text: "CreateHsm takes an address within an explicit subnet CIDR reservation, as any interface that asks for one does",
  source:
    "«Subnet CIDR reservations», Amazon VPC User Guide; CreateHsm, API Reference («an available address from the subnet»)",
  byHand:
    "`aws ec2 create-subnet-cidr-reservation --reservation-type explicit` of a subnet of a cluster, then `aws cloudhsmv2 create-hsm --ip-address` within it. Where it is refused: delete the reservation, deploy again",
  cost: "hsms",
  check: async (trial) => {
    const { ec2, outputs } = trial;
    const reserved = new BlockList();
    const ranges: string[] = [];
    for (const SubnetId of outputs.subnet_ids) {
      const { SubnetIpv4CidrReservations } = await ec2.getSubnetCidrReservations({ SubnetId });
      for (const { Cidr } of SubnetIpv4CidrReservations!) {
        const [address, prefix] = Cidr!.split("/");
        reserved.addSubnet(address, Number(prefix));
        ranges.push(Cidr!);
      }
    }
    const addresses = (await trial.cluster()).Hsms!.map(({ EniIp }) => EniIp!);
    return confirmedIf(
      addresses.length > 0 && addresses.every((one) => reserved.check(one)),
      `HSMs at ${addresses.join(", ")}; reserved: ${ranges.join(", ")}`,
    );
  },
} satisfies Claim;
