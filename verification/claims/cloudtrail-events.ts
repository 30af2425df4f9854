import type { Claim } from "../claim";

export default {
  text: "CloudTrail's events of CloudHSM have `eventSource` cloudhsm.amazonaws.com and source `aws.cloudhsm`, with `requestParameters.clusterId`",
  source:
    "«Logging AWS CloudHSM API calls with CloudTrail», CloudHSM User Guide; the general rule of EventBridge",
  byHand: "with `criticalCalls`: delete an HSM by hand, and await the message",
  notInReach: "CloudTrail tells of a call only after some minutes, and not of every one in the same run.",
} satisfies Claim;
