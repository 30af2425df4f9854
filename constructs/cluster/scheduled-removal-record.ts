// The secret in which the operator records which HSMs a schedule has removed, and the rights to remove and restore them.

import { Construct } from "constructs";
import { ClusterOperator, createHsms, noteOn, readAndWrite } from "../operator";

/**
 * Makes the note's secret and lets the operator make and delete HSMs; gives the secret's ARN. AWS cannot narrow DeleteHsm to a
 * cluster: «Actions, resources, and condition keys for AWS CloudHSM», Service Authorization Reference.
 */
export function removalRecord(scope: Construct, operator: ClusterOperator, clusterId: string): string {
  const record = noteOn(scope, "hsm-record", operator, {
    name: `safe-storage/${clusterId}/hsms`,
    description:
      "Where HSMs stood that a schedule has put away; no secret, but the operator reaches no other store",
  });
  operator.allow("hsms", [
    ...createHsms(operator, clusterId),
    { Action: ["cloudhsm:DeleteHsm", "cloudhsm:DescribeBackups"], Resource: "*" }, // AWS has no resource for them
    readAndWrite(record),
  ]);
  return record.arn;
}
