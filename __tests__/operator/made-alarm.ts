// An alarm of a construct, as it is synthesized, in a test's cloud.

import { TestCloud } from "../../emulator/conformance/cloud";

/** Makes it there; `dimensions` are what the test's cloud has instead of what is known at deploy only. */
export async function putMadeAlarm(
  cloud: TestCloud,
  alarm: Record<string, any>,
  dimensions: Record<string, string>,
): Promise<void> {
  await cloud.alarms.putMetricAlarm({
    AlarmName: alarm.alarm_name,
    Namespace: alarm.namespace,
    MetricName: alarm.metric_name,
    Dimensions: Object.entries<string>(alarm.dimensions).map(([Name, value]) => ({
      Name,
      Value: dimensions[Name] ?? value,
    })),
    Statistic: alarm.statistic,
    Period: alarm.period,
    EvaluationPeriods: alarm.evaluation_periods,
    Threshold: alarm.threshold,
    ComparisonOperator: alarm.comparison_operator,
    TreatMissingData: alarm.treat_missing_data,
  });
}
