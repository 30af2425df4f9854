import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { confirmedIf, type Claim } from "../claim";

export default {
  text: "An alarm's message reaches an encrypted topic when the key's policy names `cloudwatch.amazonaws.com` with `aws:SourceAccount`",
  source:
    "«Manage permissions for Amazon SNS with CloudWatch alarms», CloudWatch User Guide; that the alarm's history tells it: «Why didn't I receive an SNS notification for my CloudWatch alarm trigger?», AWS re:Post",
  byHand:
    "`aws cloudwatch set-alarm-state --alarm-name NAME-hsm-schedule-failed --state-value ALARM --state-reason test`, then `aws cloudwatch describe-alarm-history --history-item-type Action`",
  cost: "cents",
  check: async (trial) => {
    const client = new CloudWatch({ region: trial.region });
    const AlarmName = trial.outputs.alarm_name;
    const actions = async () =>
      (await client.describeAlarmHistory({ AlarmName, HistoryItemType: "Action" })).AlarmHistoryItems!;
    const before = (await actions()).length;
    // An action is for a change of state.
    for (const StateValue of ["OK", "ALARM"] as const)
      await client.setAlarmState({ AlarmName, StateValue, StateReason: "safe-storage verify" });
    const { HistorySummary } = await trial.until("the alarm's action", 10, async () => {
      const seen = await actions();
      return seen.length > before && seen[0];
    });
    return confirmedIf(
      /^Successfully executed/.test(HistorySummary!),
      `the alarm's history: ${HistorySummary}`,
    );
  },
} satisfies Claim;
