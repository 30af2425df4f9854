import { confirmedIf, refusalOf, type Claim } from "../claim";

export default {
  text: "CreateHsm at an address that something else has says «address» and «in use» in its message",
  source: "none",
  byHand: "`aws cloudhsmv2 create-hsm --ip-address` of a network interface of yours",
  cost: "hsms",
  check: async ({ cloudHsm, ec2, outputs }) => {
    const SubnetId = outputs.subnet_ids[0];
    const { NetworkInterfaces } = await ec2.describeNetworkInterfaces({
      Filters: [{ Name: "subnet-id", Values: [SubnetId] }],
    });
    const { PrivateIpAddress, AvailabilityZone } = NetworkInterfaces!.find(
      ({ InterfaceType, Description }) => InterfaceType === "vpc_endpoint" || !/hsm/i.test(Description ?? ""),
    )!;
    const ClusterId = outputs.cluster_id;
    let made: string | undefined;
    const refusal = await refusalOf(
      cloudHsm
        .createHsm({ ClusterId, AvailabilityZone, IpAddress: PrivateIpAddress })
        .then(({ Hsm }) => (made = Hsm!.HsmId)),
    );
    if (made) await cloudHsm.deleteHsm({ ClusterId, HsmId: made });
    return confirmedIf(
      /address/i.test(refusal ?? "") && /in use/i.test(refusal ?? ""),
      refusal ?? "it was made",
    );
  },
} satisfies Claim;
