// Whether the roles are there, or may be made, by which a service acts in the account.

import { Stack } from "../app/stack";
import { Caller } from "./account";
import { finding, Finding, notSeen } from "./finding";
import { patience } from "./patience";

/**
 * Source: «Service-linked roles for AWS CloudHSM», CloudHSM User Guide; «Authorizing AWS KMS to manage AWS CloudHSM and Amazon EC2 resources»,
 * KMS Developer Guide; «Using service-linked roles for Amazon FSx», FSx for ONTAP User Guide.
 */
const ROLES = [
  {
    of: "aws_cloudhsm_v2_cluster",
    by: "CloudHSM",
    service: "cloudhsm.amazonaws.com",
    name: "AWSServiceRoleForCloudHSM",
  },
  {
    of: "aws_kms_custom_key_store",
    by: "KMS",
    service: "cks.kms.amazonaws.com",
    name: "AWSServiceRoleForKeyManagementServiceCustomKeyStores",
  },
  {
    of: "aws_fsx_ontap_file_system",
    by: "FSx",
    service: "fsx.amazonaws.com",
    name: "AWSServiceRoleForAmazonFSx",
  },
];

export const checkServiceLinkedRoles = (stack: Stack, caller: Caller): Promise<Finding[]> =>
  Promise.all(
    ROLES.filter(({ of }) => stack.addresses(of).some((address) => !stack.instance(address))).map((role) =>
      checkRole(stack.region, caller, role),
    ),
  );

async function checkRole(
  region: string,
  caller: Caller,
  { by, service, name: RoleName }: (typeof ROLES)[number],
): Promise<Finding> {
  const name = `service-linked role of ${by}`;
  const { IAM } = await import("@aws-sdk/client-iam");
  const iam = new IAM({ region, ...patience });
  try {
    await iam.getRole({ RoleName });
    return finding(name, "good", `${RoleName} is there`);
  } catch (error) {
    if (!(error as Error).name.startsWith("NoSuchEntity")) return notSeen(name, error);
  }
  const make = `who may: aws iam create-service-linked-role --aws-service-name ${service}`;
  const role = roleOf(caller);
  if (!role) return finding(name, "good", `${by} will make it`);
  try {
    const { EvaluationResults } = await iam.simulatePrincipalPolicy({
      PolicySourceArn: role,
      ActionNames: ["iam:CreateServiceLinkedRole"],
      ResourceArns: [
        `arn:${role.split(":")[1]}:iam::${caller.account}:role/aws-service-role/${service}/${RoleName}`,
      ],
      ContextEntries: [
        { ContextKeyName: "iam:AWSServiceName", ContextKeyType: "string", ContextKeyValues: [service] },
      ],
    });
    if (EvaluationResults?.[0]?.EvalDecision === "allowed")
      return finding(name, "good", `${by} will make it, and you may let it`);
    return finding(
      name,
      "bad",
      `${RoleName} is not there, and ${role} may not let ${by} make it (iam:CreateServiceLinkedRole)`,
      make,
    );
  } catch (error) {
    return finding(
      name,
      "note",
      `${RoleName} is not there; ${by} makes it if you may iam:CreateServiceLinkedRole, which could not be looked at: ${(error as Error).message}`,
      make,
    );
  }
}

/** The role or user whose policies decide, undefined for the root user, who may everything. */
function roleOf({ arn, account }: Caller): string | undefined {
  const [, partition, , , , resource] = arn.split(":");
  if (resource === "root") return undefined;
  const [kind, name] = resource.split("/");
  return kind === "assumed-role" ? `arn:${partition}:iam::${account}:role/${name}` : arn;
}
