// What a cluster that is restored in another region needs: two secrets and a record of the users, which Secrets Manager replicates.

import { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ClusterOperator, noteOn, readAndWrite, scheduleRuns } from "../operator";
import { IHsmCluster } from "../cluster";

/** What is replicated, by name or ARN, and what must be done before. */
interface Replicated {
  secrets: { id: string; arn: string }[];
  ready: ITerraformDependable[];
}

/**
 * The secrets of a cluster that are to be replicated; the operator notes its users in one of them, again each six hours. Somebody
 * else's cluster has its secrets elsewhere, and their owner replicates them: then there is none.
 */
export function secretsToReplicate(
  scope: Construct,
  name: string,
  operator: ClusterOperator,
  cluster: IHsmCluster,
): Replicated {
  const { clusterId, trustAnchor, adminSecretArn, trustAnchorSecretName } = cluster;
  if (adminSecretArn === undefined || trustAnchorSecretName === undefined) return { secrets: [], ready: [] };
  const users = noteOn(scope, "users", operator, {
    name: `safe-storage/${clusterId}/users`,
    description: "Users of the HSMs without passwords, so that a cluster from a backup can tell who is new",
  });
  operator.allow("note-users", [readAndWrite(users)]);
  const input = { clusterId, trustAnchor, usersSecretArn: users.arn };
  const noted = operator.invoke("note-users", "note-users", input, { dependsOn: cluster.ready });
  scheduleRuns(new Construct(scope, "note-users"), {
    operator,
    groupName: `${name}-users`,
    runs: [
      {
        name: "note",
        description: `Notes the HSM users of ${name}`,
        expression: "rate(6 hours)",
        input: { ...input, action: "note-users" },
      },
    ],
    timeZone: "UTC",
    dependsOn: [noted],
    alarmName: `${name}-note-users-failed`,
    alarmDescription: `Every attempt to record the users of cluster ${clusterId} for other regions has failed. The queue of failed events and the log of the operator have the reason. Fix it, then delete the messages in the queue.`,
  });
  // A secret's ARN ends in a hyphen and six characters that AWS chooses.
  const anchorArn = operator.arn("secretsmanager", `secret:${trustAnchorSecretName}-??????`);
  return {
    secrets: [
      { id: adminSecretArn, arn: adminSecretArn },
      { id: trustAnchorSecretName, arn: anchorArn },
      { id: users.arn, arn: users.arn },
    ],
    ready: [noted],
  };
}

/** Has them replicated to a region. Source of the rights: ReplicateSecretToRegions, AWS Secrets Manager API Reference. */
export function replicateSecrets(
  operator: ClusterOperator,
  { secrets, ready }: Replicated,
  region: string,
  encryptionKeyArn: string,
): void {
  if (secrets.length === 0) return;
  const arns = secrets.map((s) => s.arn);
  operator.allow(`replicate-secrets-${region}`, [
    {
      Action: ["secretsmanager:ReplicateSecretToRegions"],
      Resource: arns,
      // Source: «Prevent AWS Secrets Manager replication», AWS Secrets Manager User Guide.
      Condition: { "ForAllValues:StringEquals": { "secretsmanager:AddReplicaRegions": region } },
    },
    { Action: ["secretsmanager:DescribeSecret"], Resource: arns },
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
    { secretIds: secrets.map((s) => s.id), region, encryptionKeyArn },
    { dependsOn: ready },
  );
}
