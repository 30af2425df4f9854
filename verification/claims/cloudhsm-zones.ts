import { confirmedIf, type Claim } from "../claim";
import { offeredZones } from "../../command/preflight/zones";

export default {
  text: "A CloudHSM cluster can be made in the zones that DescribeVpcEndpointServices names for `com.amazonaws.REGION.cloudhsmv2`, and in no other; the preflight of a deploy goes by it",
  source:
    "«Interface endpoints», AWS PrivateLink Guide; [aws-cloudhsm-cloudformation-template#33](https://github.com/aws-samples/aws-cloudhsm-cloudformation-template/issues/33)",
  byHand: "in us-east-1, compare it with the zones in which CreateHsm is refused",
  cost: "hsms",
  check: async (trial) => {
    const offered = await offeredZones(trial.region);
    const taken = (await trial.cluster()).Hsms!.map(({ AvailabilityZone }) => AvailabilityZone!);
    return confirmedIf(
      taken.length > 0 && taken.every((zone) => offered.includes(zone)),
      `offered: ${offered.join(", ")}; HSMs in ${taken.join(", ")}. Other zones were not tried`,
    );
  },
} satisfies Claim;
