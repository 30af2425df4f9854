import { confirmedIf, refusalOf, type Claim } from "../claim";

export default {
  text: "A subnet of /28 can reserve a range of /31",
  source: "none: no least size is documented",
  byHand:
    "`aws ec2 create-subnet-cidr-reservation --reservation-type explicit --cidr 10.0.0.10/31` of a subnet of /28",
  cost: "cents",
  check: async ({ ec2, outputs }) => {
    const { Subnet } = await ec2.createSubnet({ VpcId: outputs.vpc_id, CidrBlock: "10.99.0.192/28" });
    const { SubnetId } = Subnet!;
    try {
      let made: string | undefined;
      const refusal = await refusalOf(
        ec2
          .createSubnetCidrReservation({ SubnetId, Cidr: "10.99.0.202/31", ReservationType: "explicit" })
          .then((answer) => (made = answer.SubnetCidrReservation!.SubnetCidrReservationId)),
      );
      if (made) await ec2.deleteSubnetCidrReservation({ SubnetCidrReservationId: made });
      return confirmedIf(refusal === undefined, refusal ?? "10.99.0.202/31 of 10.99.0.192/28 was reserved");
    } finally {
      await ec2.deleteSubnet({ SubnetId });
    }
  },
} satisfies Claim;
