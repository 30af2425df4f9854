import { confirmedIf, type Claim } from "../claim";
import { offeredZones } from "../../command/preflight/zones";

export default {
  text: "`us-east-1e` stands in the local cloud for the zones without CloudHSM",
  source: "none: AWS tells each account which they are",
  byHand: "`aws ec2 describe-vpc-endpoint-services --service-names com.amazonaws.REGION.cloudhsmv2`",
  cost: "free",
  check: async () => {
    const zones = await offeredZones("us-east-1");
    return confirmedIf(!zones.includes("us-east-1e"), `us-east-1 offers ${zones.join(", ")}`);
  },
} satisfies Claim;
