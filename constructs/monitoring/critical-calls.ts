// Notifies at once of calls to AWS that can lose keys, through EventBridge and the operator.

import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { AwsProps, applyAwsProps, NameProps, nameOf, checkList, jsonWithVariables } from "../private";
import { ClusterOperator, Notifications } from "../operator";
import { ICustomKeyStore, IHsmKey } from "../key-store";
import { IHsmCluster } from "../cluster";

/** Properties of `CriticalCalls`. */
export interface CriticalCallsProps extends NameProps, AwsProps {
  /** The cluster, with its HSMs and backups. */
  readonly cluster: IHsmCluster;
  /** The cluster's operator, which sends the notifications. Its own calls are reported by the actions that make them. */
  readonly operator: ClusterOperator;
  /** Who is notified. */
  readonly notifications: Notifications;
  /**
   * The key store on the cluster: its disconnection and deletion are reported.
   * @default none
   */
  readonly keyStore?: ICustomKeyStore;
  /**
   * Keys in the key store: that they are disabled or scheduled for deletion is reported.
   * @default none
   */
  readonly keys?: IHsmKey[];
}

/** By the service's prefix: what can lose keys, or keep them from being used. */
const CALLS = {
  cloudhsm: ["DeleteHsm", "DeleteCluster", "DeleteBackup"],
  kms: ["DisconnectCustomKeyStore", "DeleteCustomKeyStore", "ScheduleKeyDeletion", "DisableKey"],
};

/** What of the event the operator is given, by the name of its member. */
const PATHS = {
  eventName: "$.detail.eventName",
  who: "$.detail.userIdentity.arn",
  from: "$.detail.sourceIPAddress",
  at: "$.detail.eventTime",
  error: "$.detail.errorCode",
  ofCluster: "$.detail.requestParameters.clusterId",
  ofHsm: "$.detail.requestParameters.hsmId",
  ofBackup: "$.detail.requestParameters.backupId",
  ofKeyStore: "$.detail.requestParameters.customKeyStoreId",
  ofKey: "$.detail.requestParameters.keyId",
};

/**
 * Tells of calls of DeleteHsm, DeleteCluster and DeleteBackup, of DisconnectCustomKeyStore, DeleteCustomKeyStore, ScheduleKeyDeletion and
 * DisableKey that are about the cluster, its key store or its keys: who, from where, when, whether AWS refused it, and the way back. The
 * account needs a CloudTrail trail of management events in the region: «AWS service events delivered via AWS CloudTrail», Amazon
 * EventBridge User Guide.
 */
export class CriticalCalls extends Construct {
  /** Name of the rule. */
  readonly ruleName: string;

  constructor(scope: Construct, id: string, props: CriticalCallsProps) {
    super(scope, id);
    applyAwsProps(this, props);
    const name = nameOf(this, props);
    const { cluster, operator, notifications, keyStore, keys = [] } = props;
    checkList(this, "keys", keys, "a list of keys");
    const allowed = operator.allow("critical-calls", [
      { Action: ["cloudhsm:DescribeBackups"], Resource: "*" }, // AWS has no resource for it
    ]);
    const rule = new CloudwatchEventRule(this, "rule", {
      name: `${name}-critical-calls`,
      description: `Calls that can lose keys of ${name}`,
      eventPattern: Fn.jsonencode({
        source: Object.keys(CALLS).map((service) => `aws.${service}`),
        "detail-type": ["AWS API Call via CloudTrail"],
        detail: {
          eventSource: Object.keys(CALLS).map((service) => `${service}.amazonaws.com`),
          eventName: Object.values(CALLS).flat(),
        },
      }),
    });
    const variables = Object.keys(PATHS).map((member) => [member, `<${member}>`]);
    new CloudwatchEventTarget(this, "operator", {
      rule: rule.name,
      arn: operator.functionArn,
      inputTransformer: {
        inputPaths: PATHS,
        inputTemplate: jsonWithVariables({
          action: "report-call",
          clusterId: cluster.clusterId,
          ...(keyStore && { keyStoreId: keyStore.customKeyStoreId }),
          ...(keys.length > 0 && { keyIds: keys.map((k) => k.keyArn) }),
          topicArns: notifications.topicArns,
          ...Object.fromEntries(variables),
        }),
      },
      dependsOn: [allowed, ...notifications.ready],
    });
    new LambdaPermission(this, "permission", {
      statementId: `${name}-critical-calls`,
      action: "lambda:InvokeFunction",
      functionName: operator.functionName,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    });
    this.ruleName = rule.name;
  }
}
