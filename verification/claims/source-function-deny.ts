import { confirmedIf, type Claim } from "../claim";

export default {
  text: "Denying the EC2 actions by `lambda:SourceFunctionArn` to the function leaves Lambda itself free to use them",
  source: "«Giving Lambda functions access to resources in a VPC», Lambda Developer Guide",
  byHand: "deploy: the function must become Active",
  cost: "cents",
  check: async ({ lambda, outputs }) => {
    const { State, LastUpdateStatus, StateReason } = await lambda.getFunctionConfiguration({
      FunctionName: outputs.operator_arn,
    });
    return confirmedIf(State === "Active", `${State}, ${LastUpdateStatus} ${StateReason ?? ""}`);
  },
} satisfies Claim;
