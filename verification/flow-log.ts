import type { FlowLog } from "@aws-sdk/client-ec2";
import type { Trial } from "./trial";

/** That of the trial's network, once it has tried to deliver something. */
export async function flowLogOf(trial: Trial): Promise<FlowLog> {
  const Filter = [{ Name: "resource-id", Values: [trial.outputs.vpc_id] }];
  return trial.until("the flow log's first delivery", 20, async () => {
    const { FlowLogs } = await trial.ec2.describeFlowLogs({ Filter });
    return FlowLogs!.find(({ DeliverLogsStatus }) => DeliverLogsStatus !== undefined);
  });
}
