// The CloudWatch dashboard: the alarms first, then their metrics, then the operator's log.

import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { ClusterOperator } from "../operator";

interface HealthDashboardProps {
  name: string;
  operator: ClusterOperator;
  clusterId: string;
  zones: string[];
  alarmNames: string[];
  backupHours: number;
  certificateDays: number;
}

/** Of the grid's 24 columns. */
const THIRD = 8;

/** Makes the dashboard; gives its name. Source of the body: «Dashboard body structure and syntax», CloudWatch API Reference. */
export function healthDashboard(scope: Construct, props: HealthDashboardProps): string {
  const { name, operator, clusterId, zones, alarmNames } = props;
  const { functionName, region } = operator;
  const of = (metric: string, label: string, ...dimensions: string[]): unknown[] => [
    "SafeStorage/Operator",
    metric,
    "Cluster",
    clusterId,
    ...dimensions,
    { label, stat: "Maximum" },
  ];
  const ofFunction = (metric: string, label: string, stat: string): unknown[] => [
    "SafeStorage/Operator",
    metric,
    "Function",
    functionName,
    { label, stat },
  ];
  const graph = (
    column: number,
    y: number,
    title: string,
    metrics: unknown[][],
    line?: { label: string; value: number },
  ): object => ({
    type: "metric",
    x: column * THIRD,
    y,
    width: THIRD,
    height: 5,
    properties: {
      title,
      region,
      view: "timeSeries",
      period: 1800,
      metrics,
      yAxis: { left: { min: 0 } },
      ...(line && { annotations: { horizontal: [line] } }),
    },
  });
  const wide = { x: 0, width: 3 * THIRD };
  const widgets = [
    {
      type: "text",
      ...wide,
      y: 0,
      height: 2,
      properties: {
        markdown: `## ${name}: CloudHSM cluster ${clusterId}\nAll graphs stay at 0 but for ages and days. What an alarm means and what to do is in its description. The whole state at once: \`safe-storage status\`; the runbook: docs/operations.md.`,
      },
    },
    {
      type: "alarm",
      ...wide,
      y: 2,
      height: 3,
      properties: {
        title: "Alarms",
        alarms: alarmNames.map((alarm) => operator.arn("cloudwatch", `alarm:${alarm}`)),
      },
    },
    graph(0, 5, "HSMs missing, by zone; degraded", [
      ...zones.map((zone) => of("HsmsMissing", `missing in ${zone}`, "AvailabilityZone", zone)),
      of("HsmsUnhealthy", "degraded"),
    ]),
    graph(1, 5, "Key store, keys, file systems", [
      of("KeyStoreDown", "key store not connected"),
      of("KeysUnusable", "keys disabled or going"),
      of("KeysSilent", "keys that do not answer"),
      of("FileSystemsMisconfigured", "file systems misconfigured"),
    ]),
    graph(2, 5, "Users that are off", [of("UserProblems", "problems")]),
    graph(0, 10, "Age of the newest backup, in seconds", [of("BackupAge", "age")], {
      label: "alarm",
      value: props.backupHours * 3600,
    }),
    graph(1, 10, "Days until a certificate ends", [of("CertificateDays", "days")], {
      label: "alarm",
      value: props.certificateDays,
    }),
    graph(2, 10, "The operator", [
      ofFunction("Failures", "failures", "Sum"),
      ["AWS/Lambda", "Errors", "FunctionName", functionName, { label: "Lambda's errors", stat: "Sum" }],
    ]),
    {
      type: "log",
      ...wide,
      y: 15,
      height: 6,
      properties: {
        title: "What the operator has found wrong",
        region,
        view: "table",
        query: `SOURCE '/aws/lambda/${functionName}' | fields @timestamp, action, message | filter level like /^(warning|error)$/ | sort @timestamp desc | limit 50`,
      },
    },
  ];
  const dashboard = new CloudwatchDashboard(scope, "dashboard", {
    dashboardName: `${name}-health`,
    dashboardBody: Fn.jsonencode({ widgets }),
  });
  return dashboard.dashboardName;
}
