// What the operator may do with a cluster of ours, beside its users.

import { ClusterOperator, createHsms } from "../operator";

/** Lets it initialise the cluster, and keep the trust anchor in a secret of this name. */
export function permitInitialization(
  operator: ClusterOperator,
  clusterId: string,
  trustAnchorSecretName: string,
): void {
  operator.allow("initialization", [
    { Action: ["cloudhsm:InitializeCluster"], Resource: operator.arn("cloudhsm", `cluster/${clusterId}`) },
    {
      // A secret's ARN ends in a hyphen and six characters that AWS chooses.
      Action: ["secretsmanager:CreateSecret"],
      Resource: operator.arn("secretsmanager", `secret:${trustAnchorSecretName}-??????`),
    },
  ]);
}

/** Lets it make HSMs that are missing. */
export function permitHsmsOnDemand(operator: ClusterOperator, clusterId: string): void {
  operator.allow("hsms-on-demand", createHsms(operator, clusterId));
}

/** Lets it exempt backups from their expiry, delete them and bring them back. */
export function permitBackupsOnDemand(operator: ClusterOperator): void {
  operator.allow("backups-on-demand", [
    { Action: ["cloudhsm:DescribeBackups"], Resource: "*" }, // AWS has no resource for it
    {
      Action: ["cloudhsm:DeleteBackup", "cloudhsm:ModifyBackupAttributes", "cloudhsm:RestoreBackup"],
      Resource: operator.arn("cloudhsm", "backup/*"),
    },
  ]);
}
