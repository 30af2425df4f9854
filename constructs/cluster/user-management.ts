// Permissions of the operator on HSM users, and the secrets with their passwords.

import { Construct } from "constructs";
import { ClusterOperator } from "../operator";
import { acceptFindings, checkRange } from "../private";

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
): string => {
  const secret = operator.secret(
    "kmsuser-secret",
    `safe-storage/${clusterId}/kmsuser`,
    "First password of the HSM user kmsuser; dead once KMS has connected the key store",
    recoveryWindowInDays,
  );
  acceptFindings(secret, {
    CKV2_AWS_57: "KMS changes kmsuser's password itself when it connects the key store, and rotates it.",
  });
  return secret.arn;
};

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
