// Permissions of the operator that several constructs need, and the secrets in which it keeps records.

import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Construct } from "constructs";
import { acceptFindings, PolicyStatement } from "../private";
import { ClusterOperator } from "./cluster-operator";

/**
 * What CreateHsm does in EC2 by its caller's right, and the caller itself may not.
 * Source: «Actions, resources, and condition keys for AWS CloudHSM», Service Authorization Reference.
 */
const CREATE_HSM_IN_EC2: PolicyStatement = {
  Action: [
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CreateNetworkInterface",
    "ec2:CreateSecurityGroup",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:RevokeSecurityGroupEgress",
  ],
  Resource: "*",
  Condition: { Bool: { "aws:ViaAWSService": "true" } },
};

/** The rights to make HSMs in a cluster. */
export const createHsms = (operator: ClusterOperator, clusterId: string): PolicyStatement[] => [
  { Action: ["cloudhsm:CreateHsm"], Resource: operator.arn("cloudhsm", `cluster/${clusterId}`) },
  CREATE_HSM_IN_EC2,
];

/** The rights to read and to write a note. */
export const readAndWrite = (note: SecretsmanagerSecret): PolicyStatement => ({
  Action: ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"],
  Resource: note.arn,
});

/** A note of the operator's on a cluster. It is no secret, but the operator reaches no other store. */
export function noteOn(
  scope: Construct,
  id: string,
  operator: ClusterOperator,
  { name, description }: { name: string; description: string },
): SecretsmanagerSecret {
  const note = new SecretsmanagerSecret(scope, id, {
    name,
    description,
    kmsKeyId: operator.encryptionKeyArn,
    // Worthless without the cluster; a name that is pending deletion would block the next deploy.
    recoveryWindowInDays: 0,
    // The name holds a cluster's id, and a cluster that is restored from a backup has another one.
    lifecycle: { ignoreChanges: ["name"] },
  });
  acceptFindings(note, { CKV2_AWS_57: "It holds no secret, but the operator's notes." });
  return note;
}
