// IAM policy documents, and statements from AWS's documentation.

import { Fn } from "cdktf";

/** An IAM statement as in a policy document. */
export interface PolicyStatement {
  /** @default "Allow" */
  readonly Effect?: "Allow" | "Deny";
  /** Actions as in a policy, such as `kms:Decrypt`. */
  readonly Action: string[];
  /** ARNs, or `*` where AWS has no resource for the actions. */
  readonly Resource: string | string[];
  /**
   * Conditions: operator, key, value.
   * @default none
   */
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** A statement of a resource's policy, which says whom it is about. */
export interface ResourcePolicyStatement extends PolicyStatement {
  /** Whom it is about, as in a policy. */
  readonly Principal: string | Record<string, string>;
}

/** The document as JSON; a statement allows unless it says otherwise. */
export const policyDocument = (statements: (PolicyStatement | ResourcePolicyStatement)[]): string =>
  Fn.jsonencode({ Version: "2012-10-17", Statement: statements.map((s) => ({ Effect: "Allow", ...s })) });

/** Source: «Default key policy», AWS KMS Developer Guide: without it IAM policies have no effect on the key. */
export const accountDecides = (partition: string, accountId: string): ResourcePolicyStatement => ({
  Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
  Action: ["kms:*"],
  Resource: "*",
});

/** Source: «Encrypt log data in CloudWatch Logs using AWS KMS», CloudWatch Logs User Guide. */
export const logsMayEncrypt = (region: string, logGroupArn: string): ResourcePolicyStatement => ({
  Principal: { Service: `logs.${region}.amazonaws.com` },
  Action: [
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:GenerateDataKey",
    "kms:DescribeKey",
  ],
  Resource: "*",
  Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": logGroupArn } },
});

/**
 * Lambda makes the function's network interfaces with the function's role; the function's own code may not.
 * Source: «Required IAM permissions» for functions in a VPC, AWS Lambda Developer Guide. AWS has no resource for them.
 */
export function vpcAccess(functionArn: string): PolicyStatement[] {
  const Action = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
  ];
  return [
    { Action, Resource: "*" },
    {
      Effect: "Deny",
      Action,
      Resource: "*",
      // But for what a service does for it: CloudHSM makes an HSM's network interface by its caller's right.
      Condition: {
        ArnEquals: { "lambda:SourceFunctionArn": functionArn },
        BoolIfExists: { "aws:ViaAWSService": "false" },
      },
    },
  ];
}

/** Secrets Manager uses a secret's key in the name of who reads or writes the secret, and nobody uses it otherwise. */
export const viaSecretsManager = (region: string, keyArn: string): PolicyStatement =>
  viaService("secretsmanager", region, keyArn);

/** The same for a topic's key: «Managing Amazon SNS encryption keys and costs», Amazon SNS Developer Guide. */
export const viaSns = (region: string, keyArn: string): PolicyStatement => viaService("sns", region, keyArn);

const viaService = (service: string, region: string, keyArn: string): PolicyStatement => ({
  Action: ["kms:Decrypt", "kms:GenerateDataKey"],
  Resource: keyArn,
  Condition: { StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com` } },
});

/** Source: «Manage permissions for Amazon SNS with CloudWatch alarms», CloudWatch User Guide: alarms publish by themselves. */
export const alarmsMayEncrypt = (accountId: string): ResourcePolicyStatement => ({
  Principal: { Service: "cloudwatch.amazonaws.com" },
  Action: ["kms:Decrypt", "kms:GenerateDataKey"],
  Resource: "*",
  Condition: { StringEquals: { "aws:SourceAccount": accountId } },
});

/**
 * KMS makes its service-linked role for the first key store of an account, in the name of who makes the store.
 * Source: «Authorizing AWS KMS to manage AWS CloudHSM and Amazon EC2 resources», AWS KMS Developer Guide.
 */
export const CREATE_KEY_STORE_ROLE: PolicyStatement = {
  Action: ["iam:CreateServiceLinkedRole"],
  Resource:
    "arn:*:iam::*:role/aws-service-role/cks.kms.amazonaws.com/AWSServiceRoleForKeyManagementServiceCustomKeyStores",
  Condition: { StringEquals: { "iam:AWSServiceName": "cks.kms.amazonaws.com" } },
};

/** Source: «Visualize Lambda function invocations using AWS X-Ray», Lambda Developer Guide. AWS has no resource for them. */
export const XRAY: PolicyStatement = {
  Action: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
  Resource: "*",
};

/** True for what services may do for the role, but the role itself may not. */
export const isForServices = ({ Condition = {} }: PolicyStatement): boolean =>
  Condition.StringEquals?.["kms:ViaService"] !== undefined ||
  Condition.Bool?.["aws:ViaAWSService"] === "true";
