// Permissions of the operator on a cluster, except for its users.

import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { ClusterOperator, createHsms } from "../operator";

/** Permits the operator to initialise the cluster and to keep the trust anchor in a secret of this name. */
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

/** Permits the operator to read the trust anchor, which it needs where Secrets Manager calls it. */
export const permitTrustAnchor = (operator: ClusterOperator, secretName: string): IamRolePolicy =>
  operator.allow("trust-anchor", [
    {
      Action: ["secretsmanager:GetSecretValue"],
      // A secret's ARN ends in a hyphen and six characters that AWS chooses.
      Resource: operator.arn("secretsmanager", `secret:${secretName}-??????`),
    },
  ]);

/** Permits the operator to create HSMs that are missing. */
export function permitHsmsOnDemand(operator: ClusterOperator, clusterId: string): void {
  operator.allow("hsms-on-demand", createHsms(operator, clusterId));
}

/** Permits the operator to exempt backups from expiry, and to delete and restore them. */
export function permitBackupsOnDemand(operator: ClusterOperator): void {
  operator.allow("backups-on-demand", [
    { Action: ["cloudhsm:DescribeBackups"], Resource: "*" }, // AWS has no resource for it
    {
      Action: ["cloudhsm:DeleteBackup", "cloudhsm:ModifyBackupAttributes", "cloudhsm:RestoreBackup"],
      Resource: operator.arn("cloudhsm", "backup/*"),
    },
  ]);
}
