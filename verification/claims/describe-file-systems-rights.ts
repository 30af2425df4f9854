import { confirmedIf, type Claim } from "../claim";

export default {
  text: "`fsx:DescribeFileSystems` takes no resource in a policy; FSx has an interface endpoint `com.amazonaws.REGION.fsx`",
  source:
    "«Actions, resources, and condition keys for Amazon FSx», Service Authorization Reference; «Interface VPC endpoints», FSx User Guide",
  byHand: "deploy with `monitoring`; the operator's log has no denial",
  cost: "cents",
  check: async (trial) => {
    const { ok, code, message } = await trial.call(
      "fsx",
      "fsx",
      "AWSSimbaAPIService_v20180301.DescribeFileSystems",
      {},
    );
    return confirmedIf(ok, ok ? "listed, by the VPC endpoint" : `${code}: ${message}`);
  },
} satisfies Claim;
