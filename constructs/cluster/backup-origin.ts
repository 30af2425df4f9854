// Trust anchor and admin password of the cluster that a backup came from.

import { DataAwsSecretsmanagerSecret } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret";
import { DataAwsSecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret-version";
import { Construct } from "constructs";
import { ClusterOperator } from "../operator";
import { viaSecretsManager, checkClusterId, checkKeyArn, checkPem, checkSecretArn, refuse } from "../private";

/** Source of the trust anchor and the admin's password of a restored cluster. */
export interface BackupOrigin {
  /**
   * PEM of the CA's certificate with which the backup's cluster was initialised. One of this and `sourceClusterId`.
   * @default that of `sourceClusterId`
   */
  readonly trustAnchor?: string;
  /**
   * Id of the cluster from which the backup was taken, if a `BackupReplication` has replicated its secrets to this region. The trust anchor
   * and the admin's password are then read from the replicas. The identity that deploys needs permission to read the trust anchor.
   * @default none
   */
  readonly sourceClusterId?: string;
  /**
   * ARN of a secret in this region that holds the admin's password, if it is not in this deployment's own secret: for example, when the
   * backup is from another account.
   * @default that of `sourceClusterId`; else the password must be in the cluster's own `adminSecretArn`
   */
  readonly sourceAdminSecretArn?: string;
  /**
   * ARN of the KMS key that encrypts this secret.
   * @default Secrets Manager's own, `aws/secretsmanager`
   */
  readonly sourceAdminSecretKeyArn?: string;
}

/**
 * What is known of the cluster that a backup came from.
 * @internal
 */
export interface OriginOfBackup {
  readonly trustAnchor: string;
  /** Secret with its admin's password. @default none */
  readonly adminSecretArn?: string;
  /** Secret with the last note of its users. @default none */
  readonly usersSecretArn?: string;
}

/**
 * Trust anchor and the secret to look into for the admin's password, which the operator may read from then on.
 * @internal
 */
export function originOf(scope: Construct, operator: ClusterOperator, origin: BackupOrigin): OriginOfBackup {
  const { trustAnchor, sourceClusterId, sourceAdminSecretArn, sourceAdminSecretKeyArn } = origin;
  if ((trustAnchor === undefined) === (sourceClusterId === undefined))
    refuse(
      scope,
      "trustAnchor",
      trustAnchor,
      trustAnchor ? "left out where there is a sourceClusterId" : "given, or sourceClusterId",
    );
  if (sourceAdminSecretArn !== undefined) checkSecretArn(scope, "sourceAdminSecretArn", sourceAdminSecretArn);
  if (sourceAdminSecretKeyArn !== undefined)
    checkKeyArn(scope, "sourceAdminSecretKeyArn", sourceAdminSecretKeyArn);
  if (trustAnchor !== undefined) {
    checkPem(scope, "trustAnchor", trustAnchor);
    if (sourceAdminSecretArn) permit(operator, [sourceAdminSecretArn], sourceAdminSecretKeyArn);
    return { trustAnchor, adminSecretArn: sourceAdminSecretArn };
  }
  for (const [prop, value] of Object.entries({ sourceAdminSecretArn, sourceAdminSecretKeyArn }))
    if (value !== undefined) refuse(scope, prop, value, "left out where there is a sourceClusterId");
  checkClusterId(scope, "sourceClusterId", sourceClusterId!);
  const replica = (name: string) => `safe-storage/${sourceClusterId}/${name}`;
  const anchor = new DataAwsSecretsmanagerSecretVersion(scope, "source-trust-anchor", {
    secretId: replica("trust-anchor"),
  });
  const admin = new DataAwsSecretsmanagerSecret(scope, "source-admin-secret", { name: replica("admin") });
  const users = new DataAwsSecretsmanagerSecret(scope, "source-users", { name: replica("users") });
  permit(operator, [admin.arn, users.arn], admin.kmsKeyId);
  return { trustAnchor: anchor.secretString, adminSecretArn: admin.arn, usersSecretArn: users.arn };
}

function permit(operator: ClusterOperator, secretArns: string[], keyArn?: string): void {
  operator.allow("source-admin-secret", [
    { Action: ["secretsmanager:GetSecretValue"], Resource: secretArns },
    ...(keyArn ? [viaSecretsManager(operator.region, keyArn)] : []),
  ]);
}
