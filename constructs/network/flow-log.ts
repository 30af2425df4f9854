// The flow log of a VPC: who has talked to whom, encrypted, in CloudWatch Logs.

import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { accountDecides, logsMayEncrypt, policyDocument } from "../private";

interface FlowLogSettings {
  /** Of the network. */
  name: string;
  region: string;
  vpcId: string;
  /** 0 keeps it for ever. */
  retentionInDays: number;
}

/** Makes it in `scope`, with a key and a role of its own: the network is there before the operator and its key are. */
export function logFlows(scope: Construct, { name, region, vpcId, retentionInDays }: FlowLogSettings): void {
  const { accountId } = new DataAwsCallerIdentity(scope, "account");
  const { partition } = new DataAwsPartition(scope, "partition");
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  const groupName = `/aws/vpc/${name}`;
  const key = new KmsKey(scope, "key", {
    description: `${name}: the VPC's flow log`,
    enableKeyRotation: true,
    deletionWindowInDays: 30,
    policy: policyDocument([
      accountDecides(partition, accountId),
      logsMayEncrypt(region, arn("logs", `log-group:${groupName}`)),
    ]),
    tags: { Name: groupName },
  });
  const group = new CloudwatchLogGroup(scope, "group", {
    name: groupName,
    retentionInDays,
    kmsKeyId: key.arn,
  });
  const role = new IamRole(scope, "role", {
    name: `${name}-flows-${region}`,
    // Source: «IAM role for publishing flow logs to CloudWatch Logs», Amazon VPC User Guide, with its condition against the confused deputy.
    assumeRolePolicy: Fn.jsonencode({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Condition: {
            StringEquals: { "aws:SourceAccount": accountId },
            ArnLike: { "aws:SourceArn": arn("ec2", "vpc-flow-log/*") },
          },
        },
      ],
    }),
  });
  // As the guide's policy, for this group alone, which is there already.
  const may = new IamRolePolicy(scope, "rights", {
    name: "write",
    role: role.id,
    policy: policyDocument([
      {
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: [group.arn, `${group.arn}:*`],
      },
      { Action: ["logs:DescribeLogGroups"], Resource: arn("logs", "log-group:*") },
    ]),
  });
  new FlowLog(scope, "flow-log", {
    vpcId,
    trafficType: "ALL",
    logDestinationType: "cloud-watch-logs",
    logDestination: group.arn,
    iamRoleArn: role.arn,
    tags: { Name: name },
    dependsOn: [may],
  });
}
