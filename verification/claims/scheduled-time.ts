import { Scheduler } from "@aws-sdk/client-scheduler";
import { confirmedIf, type Claim } from "../claim";
import { logGroupOf } from "../trial";

export default {
  text: "Scheduler replaces `<aws.scheduler.scheduled-time>` within a JSON text, by a time such as 2026-12-01T06:00:00Z",
  source: "«Adding context attributes», EventBridge Scheduler User Guide",
  byHand: "the restore's event in the operator's log or queue",
  cost: "cents",
  check: async (trial) => {
    const { logs, name, outputs, region } = trial;
    const scheduler = new Scheduler({ region });
    const Name = `${name}-time`;
    const startTime = Date.now();
    const at = new Date(startTime + 30_000).toISOString().slice(0, 19);
    await scheduler.createSchedule({
      Name,
      ScheduleExpression: `at(${at})`,
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        Arn: outputs.probe_arn,
        RoleArn: outputs.scheduler_role_arn,
        Input: JSON.stringify({ action: "probe", probe: "note", said: "<aws.scheduler.scheduled-time>" }),
      },
    });
    try {
      const logGroupName = logGroupOf(outputs.probe_arn);
      const said = await trial.until("the schedule's invocation", 10, async () => {
        const { events } = await logs.filterLogEvents({ logGroupName, startTime });
        const lines = events!.map(({ message }) => /noted ([^"]*)"/.exec(message!)?.[1]);
        return lines.find((line) => line !== undefined);
      });
      return confirmedIf(said === `${at}Z`, `of a schedule for ${at} it was ${said}`);
    } finally {
      await scheduler.deleteSchedule({ Name });
    }
  },
} satisfies Claim;
