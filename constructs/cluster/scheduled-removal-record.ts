// The secret in which the operator records which HSMs a schedule has removed, and the rights to remove and restore them.

import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Construct } from "constructs";
import { ClusterOperator } from "../operator";
import { CREATE_HSM_IN_EC2 } from "../private";

/**
 * Makes the note's secret and lets the operator make and delete HSMs; gives the secret's ARN. AWS cannot narrow DeleteHsm to a
 * cluster: «Actions, resources, and condition keys for AWS CloudHSM», Service Authorization Reference.
 */
export function removalRecord(scope: Construct, operator: ClusterOperator, clusterId: string): string {
  // Worth nothing without the cluster; a name that waits for its deletion would be in the next deploy's way.
  const record = new SecretsmanagerSecret(scope, "hsm-record", {
    name: `safe-storage/${clusterId}/hsms`,
    description:
      "Where HSMs stood that a schedule has put away; no secret, but the operator reaches no other store",
    kmsKeyId: operator.encryptionKeyArn,
    recoveryWindowInDays: 0,
    // A cluster that is restored from a backup has another id.
    lifecycle: { ignoreChanges: ["name"] },
  });
  operator.allow("hsms", [
    { Action: ["cloudhsm:CreateHsm"], Resource: operator.arn("cloudhsm", `cluster/${clusterId}`) },
    CREATE_HSM_IN_EC2,
    { Action: ["cloudhsm:DeleteHsm", "cloudhsm:DescribeBackups"], Resource: "*" }, // AWS has no resource for them
    { Action: ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"], Resource: record.arn },
  ]);
  return record.arn;
}
