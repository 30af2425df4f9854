// Passwords of ONTAP's administrators, which are born in Secrets Manager and stay there.

import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { ITerraformDependable, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { ClusterOperator } from "../operator";
import { checkMap, checkRange, refuse } from "../private";

/** Passwords of `fsxadmin` and of each `vsadmin`: without them, nobody can log in to ONTAP. */
export interface OntapPasswordsProps {
  /**
   * Days after which Secrets Manager rotates each of them, 1 to 1,000. A program that keeps one must read it again: its secret has the new
   * one as soon as ONTAP has.
   * @default 90
   */
  readonly rotationDays?: number;
}

/** Of 8 to 50 characters: AdminPassword, Amazon FSx API Reference. */
const LENGTH = "32";
/** A secret that is pending deletion would block another file system's of the same id; there is none. */
const RECOVERY_DAYS = 7;

/** Whose passwords they are. */
interface Owner {
  fileSystemId: string;
  fileSystemArn: string;
  machines: { name: string; id: string; arn: string }[];
}

/** Makes the secrets, lets the operator fill them, and Secrets Manager rotate them. Gives their ARNs, that of `fsxadmin` first. */
export function keepPasswords(
  scope: Construct,
  operator: ClusterOperator | undefined,
  { fileSystemId, fileSystemArn, machines }: Owner,
  props: OntapPasswordsProps,
  dependsOn: ITerraformDependable[],
): string[] {
  checkMap(scope, "passwords", props, "an object, such as { rotationDays: 90 }");
  const rotationDays = props.rotationDays ?? 90;
  checkRange(scope, "passwords.rotationDays", rotationDays, 1, 1000, "days");
  if (!operator)
    refuse(scope, "passwords", props, "left out with a key that has no operator, which would set them");
  if (TerraformStack.of(operator) !== TerraformStack.of(scope))
    refuse(scope, "passwords", props, "left out in another stack than the operator's, which sets them");
  const prefix = scope.node.path.split("/").slice(1).join("-");
  const tags = { "safe-storage:file-system": fileSystemId };
  const secretOf = (id: string, user: string, more: Record<string, string> = {}): SecretsmanagerSecret =>
    operator.secret(
      `${prefix}-${id}-secret`,
      `safe-storage/${fileSystemId}/${id}`,
      `User name and password of ONTAP's administrator ${user}`,
      RECOVERY_DAYS,
      { ...tags, ...more },
    );
  const secrets: [id: string, secret: SecretsmanagerSecret][] = [
    ["fsxadmin", secretOf("fsxadmin", "fsxadmin")],
    ...machines.map(({ name, id }): [string, SecretsmanagerSecret] => [
      `vsadmin-${name}`,
      secretOf(`vsadmin-${name}`, `vsadmin of ${name}`, { "safe-storage:storage-virtual-machine": id }),
    ]),
  ];
  const allowed = [
    operator.allow(`${prefix}-passwords`, [
      {
        Action: [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetSecretValue",
          "secretsmanager:PutSecretValue",
          "secretsmanager:UpdateSecretVersionStage",
        ],
        Resource: secrets.map(([, secret]) => secret.arn),
      },
      { Action: ["secretsmanager:GetRandomPassword"], Resource: "*" }, // AWS has no resource for it
      { Action: ["fsx:UpdateFileSystem"], Resource: fileSystemArn },
      ...(machines.length > 0
        ? [{ Action: ["fsx:UpdateStorageVirtualMachine"], Resource: machines.map((m) => m.arn) }]
        : []),
      // Of one file system's storage virtual machines IAM has a resource only by their ids.
      { Action: ["fsx:DescribeFileSystems", "fsx:DescribeStorageVirtualMachines"], Resource: "*" },
    ]),
    ...operator.reach("fsx"),
  ];
  for (const [id, secret] of secrets) {
    const set = operator.invoke(
      `${prefix}-${id}`,
      "set-ontap-password",
      { secretArn: secret.arn, passwordLength: LENGTH },
      { dependsOn: [...dependsOn, ...allowed] },
    );
    operator.rotate(scope, `${id}-rotation`, secret, rotationDays, [set, ...allowed]);
  }
  return secrets.map(([, secret]) => secret.arn);
}
