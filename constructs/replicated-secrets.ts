// The secrets without which a backup is of no use, kept by Secrets Manager in another region as well.

import { ClusterOperator } from "./cluster-operator";
import { IHsmCluster } from "./hsm-cluster";

/**
 * Lets the operator have the admin's password and the trust anchor replicated. Source of the rights: ReplicateSecretToRegions, AWS
 * Secrets Manager API Reference. Somebody else's cluster has its secrets elsewhere: their owner replicates them.
 */
export function replicateSecrets(
  operator: ClusterOperator,
  cluster: IHsmCluster,
  region: string,
  encryptionKeyArn: string,
): void {
  const { adminSecretArn, trustAnchorSecretName } = cluster;
  if (adminSecretArn === undefined || trustAnchorSecretName === undefined) return;
  // A secret's ARN ends in a hyphen and six characters that AWS chooses.
  const secrets = [adminSecretArn, operator.arn("secretsmanager", `secret:${trustAnchorSecretName}-??????`)];
  operator.allow(`replicate-secrets-${region}`, [
    {
      Action: ["secretsmanager:ReplicateSecretToRegions"],
      Resource: secrets,
      // Source: «Prevent AWS Secrets Manager replication», AWS Secrets Manager User Guide.
      Condition: { "ForAllValues:StringEquals": { "secretsmanager:AddReplicaRegions": region } },
    },
    { Action: ["secretsmanager:DescribeSecret"], Resource: secrets },
    {
      Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
      Resource: encryptionKeyArn,
      Condition: {
        StringEquals: {
          "kms:ViaService": [operator.region, region].map((r) => `secretsmanager.${r}.amazonaws.com`),
        },
      },
    },
  ]);
  operator.invoke(
    `replicate-secrets-${region}`,
    "replicate-secrets",
    { secretIds: [adminSecretArn, trustAnchorSecretName], region, encryptionKeyArn },
    { dependsOn: cluster.ready },
  );
}
