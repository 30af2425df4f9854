// The roles that AWS makes for a service when it is first used.
// Source: «Service-linked roles for AWS CloudHSM», CloudHSM User Guide; «Authorizing AWS KMS to manage AWS CloudHSM
// and Amazon EC2 resources», KMS Developer Guide; «Using service-linked roles for Amazon FSx», FSx for ONTAP User Guide.

import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { Context } from "../core/context";

const ROLES = {
  cloudhsm: { name: "AWSServiceRoleForCloudHSM", principal: "cloudhsm.amazonaws.com" },
  fsx: { name: "AWSServiceRoleForAmazonFSx", principal: "fsx.amazonaws.com" },
  kms: { name: "AWSServiceRoleForKeyManagementServiceCustomKeyStores", principal: "cks.kms.amazonaws.com" },
};

/** Makes the service's role, unless it is there. */
export async function ensureServiceLinkedRole({ moto }: Context, service: keyof typeof ROLES): Promise<void> {
  const { name, principal } = ROLES[service];
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: principal } }],
  };
  await moto
    .iam("us-east-1")
    .send(
      new CreateRoleCommand({
        RoleName: name,
        Path: `/aws-service-role/${principal}/`,
        AssumeRolePolicyDocument: JSON.stringify(trust),
      }),
    )
    .catch((error: Error) => {
      if (!error.name.startsWith("EntityAlreadyExists")) throw error;
    });
}
