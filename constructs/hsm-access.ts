// Who reaches HSMs, and what the operator may do with their users.

import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import { ClusterOperator } from "./cluster-operator";
import { idFor } from "./named-resource";
import { checkRange } from "./validation";

/** TCP 2223-2225. Source: «Reconfigure the default security group», AWS CloudHSM User Guide. */
export function allowHsmClients(
  scope: Construct,
  clusterGroupId: string,
  group: SecurityGroup | string,
  givenId?: string,
): void {
  const id = idFor(scope, group, givenId);
  new VpcSecurityGroupIngressRule(scope, `from-${id}`, {
    securityGroupId: clusterGroupId,
    referencedSecurityGroupId: typeof group === "string" ? group : group.id,
    ipProtocol: "tcp",
    fromPort: 2223,
    toPort: 2225,
    tags: { Name: `${id} to HSMs` },
  });
}

/** "Password length 7 to 32": «Quotas», AWS CloudHSM User Guide; KeyStorePassword, AWS KMS API Reference. */
export function passwordLengthOf(scope: Construct, passwordLength = 32): string {
  checkRange(scope, "passwordLength", passwordLength, 7, 32, "characters");
  return String(passwordLength);
}

/** Where the operator keeps the first password of `kmsuser`; gives its ARN. */
export const kmsuserSecretOf = (
  operator: ClusterOperator,
  clusterId: string,
  recoveryWindowInDays?: number,
): string =>
  operator.secret(
    "kmsuser-secret",
    `safe-storage/${clusterId}/kmsuser`,
    "First password of the HSM user kmsuser; dead once KMS has connected the key store",
    recoveryWindowInDays,
  ).arn;

/** Lets the operator look at clusters and make passwords, which it keeps in these secrets. */
export function permitUserManagement(operator: ClusterOperator, secretArns: string[]): void {
  operator.allow("cluster", [
    // AWS has no resource for these. A cluster's guard looks for key stores, also when those of this stack are gone.
    { Action: ["cloudhsm:DescribeClusters", "kms:DescribeCustomKeyStores"], Resource: "*" },
    {
      Action: [
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
      ],
      Resource: secretArns,
    },
    { Action: ["secretsmanager:GetRandomPassword"], Resource: "*" }, // AWS has no resource for it
  ]);
}
