// Passwords of ONTAP's administrators, which are born in Secrets Manager and stay there.

import { FsxOntapFileSystem } from "@cdktf/provider-aws/lib/fsx-ontap-file-system";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Construct } from "constructs";
import { ClusterOperator } from "../operator";
import { checkMap, checkRange } from "../private";
import { operatorFor, partsOf } from "./own-operator";
import type { MadeStorageVirtualMachine } from "./ontap-storage-virtual-machine";

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

/** Where the passwords are. */
interface KeptPasswords {
  /** ARN of the secret of `fsxadmin`. */
  adminSecretArn: string;
  /** ARN of the secret of each `vsadmin`, by the name of its storage virtual machine. */
  machineSecretArns: Record<string, string>;
}

/** Makes the secrets, lets the operator fill them, and Secrets Manager rotate them. */
export function keepPasswords(
  scope: Construct,
  given: ClusterOperator | undefined,
  fileSystem: FsxOntapFileSystem,
  machines: Record<string, MadeStorageVirtualMachine>,
  props: OntapPasswordsProps,
): KeptPasswords {
  checkMap(scope, "passwords", props, "an object, such as { rotationDays: 90 }");
  const rotationDays = props.rotationDays ?? 90;
  checkRange(scope, "passwords.rotationDays", rotationDays, 1, 1000, "days");
  const operator = operatorFor(scope, "passwords", props, given, "set them");
  const prefix = partsOf(scope);
  const tags = { "safe-storage:file-system": fileSystem.id };
  const secretOf = (id: string, user: string, more: Record<string, string> = {}): SecretsmanagerSecret =>
    operator.secret(
      `${prefix}-${id}-secret`,
      `safe-storage/${fileSystem.id}/${id}`,
      `User name and password of ONTAP's administrator ${user}`,
      RECOVERY_DAYS,
      { ...tags, ...more },
    );
  const admin = secretOf("fsxadmin", "fsxadmin");
  const ofMachines = Object.entries(machines).map(([name, { storageVirtualMachineId: id }]) => {
    const whose = { "safe-storage:storage-virtual-machine": id };
    return [name, secretOf(`vsadmin-${name}`, `vsadmin of ${name}`, whose)] as const;
  });
  const secrets = [admin, ...ofMachines.map(([, secret]) => secret)];
  const allowed = [
    operator.allow(`${prefix}-passwords`, [
      {
        Action: [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetSecretValue",
          "secretsmanager:PutSecretValue",
          "secretsmanager:UpdateSecretVersionStage",
        ],
        Resource: secrets.map((secret) => secret.arn),
      },
      { Action: ["secretsmanager:GetRandomPassword"], Resource: "*" }, // AWS has no resource for it
      { Action: ["fsx:UpdateFileSystem"], Resource: fileSystem.arn },
      ...(ofMachines.length > 0
        ? [
            {
              Action: ["fsx:UpdateStorageVirtualMachine"],
              Resource: Object.values(machines).map((m) => m.arn),
            },
          ]
        : []),
      // Of one file system's storage virtual machines IAM has a resource only by their ids.
      { Action: ["fsx:DescribeFileSystems", "fsx:DescribeStorageVirtualMachines"], Resource: "*" },
    ]),
    ...operator.reach("fsx"),
  ];
  const dependsOn = [fileSystem, ...Object.values(machines).flatMap((m) => m.resources), ...allowed];
  const ids = ["fsxadmin", ...ofMachines.map(([name]) => `vsadmin-${name}`)];
  for (const [i, secret] of secrets.entries()) {
    const input = { secretArn: secret.arn, passwordLength: LENGTH };
    const set = operator.invoke(`${prefix}-${ids[i]}`, "set-ontap-password", input, { dependsOn });
    operator.rotate(scope, `${ids[i]}-rotation`, secret, rotationDays, [set, ...allowed]);
  }
  return {
    adminSecretArn: admin.arn,
    machineSecretArns: Object.fromEntries(ofMachines.map(([name, { arn }]) => [name, arn])),
  };
}
