// Retention of a cluster's backups. Terraform's provider cannot set it, so the operator does.

import { Construct } from "constructs";
import { ITerraformDependable } from "cdktf";
import { ClusterOperator } from "../operator";
import { checkRange } from "../private";

/** Source: BackupRetentionPolicy, AWS CloudHSM API Reference: 7 to 379 days; a new cluster has 90. */
export function retainBackups(
  scope: Construct,
  operator: ClusterOperator,
  clusterId: string,
  days: number | undefined,
  dependsOn: ITerraformDependable[],
): void {
  if (days === undefined) return;
  checkRange(scope, "backupRetentionDays", days, 7, 379, "days");
  operator.allow("backup-retention", [
    { Action: ["cloudhsm:ModifyCluster"], Resource: operator.arn("cloudhsm", `cluster/${clusterId}`) },
  ]);
  operator.invoke(
    "retain-backups",
    "retain-backups",
    { clusterId, backupRetentionDays: String(days) },
    { dependsOn },
  );
}
