import { confirmedIf, type Claim } from "../claim";

export default {
  text: "An endpoint policy with `aws:PrincipalArn` lets the operator through `cloudhsmv2`",
  source: "the endpoint's support of policies: none found",
  byHand: "the operator's action `status` answers",
  cost: "cents",
  check: async (trial) => {
    const { ec2, outputs, region } = trial;
    const { VpcEndpoints } = await ec2.describeVpcEndpoints({
      Filters: [
        { Name: "vpc-id", Values: [outputs.vpc_id] },
        { Name: "service-name", Values: [`com.amazonaws.${region}.cloudhsmv2`] },
      ],
    });
    const policy = VpcEndpoints![0].PolicyDocument!;
    const { ok, code, message } = await trial.call(
      "cloudhsmv2",
      "cloudhsm",
      "BaldrApiService.DescribeClusters",
      {},
    );
    return confirmedIf(ok && policy.includes("aws:PrincipalArn"), ok ? policy : `${code}: ${message}`);
  },
} satisfies Claim;
