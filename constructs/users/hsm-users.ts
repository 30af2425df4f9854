// Users of the HSMs as code: crypto users for programs, additional admins for people, each with a password in a secret of its own.

import { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import {
  acceptFindings,
  AwsProps,
  applyAwsProps,
  check,
  checkFlags,
  checkKnown,
  checkMap,
  checkNames,
  checkRange,
  checkUserName,
  refuse,
} from "../private";
import { ClusterOperator } from "../operator";
import { passwordLengthOf, IHsmCluster } from "../cluster";

/** Source: «HSM user types for CloudHSM CLI», AWS CloudHSM User Guide. */
export type HsmUserRole = "crypto-user" | "admin";

/** Properties of an HSM user. */
export interface HsmUserProps {
  /**
   * `crypto-user`: makes and uses keys of its own; `admin`: makes and removes users, and sees no key. It cannot change: a user with
   * another role is another user.
   * @default "crypto-user"
   */
  readonly role?: HsmUserRole;
  /**
   * A number of your choice, 1 to 999999. Changing it gives the user a new password. The user must be logged out everywhere before.
   * @default 1
   */
  readonly passwordVersion?: number;
  /**
   * Whether to adopt a user of this name that no deploy of this stack has created: `false` refuses it; `true` gives it a new password.
   * @default false
   */
  readonly adopt?: boolean;
}
const USER_PROPS: Record<keyof HsmUserProps, true> = { role: true, passwordVersion: true, adopt: true };

/** Properties of `HsmUsers`. */
export interface HsmUsersProps extends AwsProps {
  /** The cluster. The operator needs permission to read the password of its admin. */
  readonly cluster: IHsmCluster;
  /** The cluster's operator, which creates and removes the users. */
  readonly operator: ClusterOperator;
  /**
   * The users by their names: 31 characters at most, small letters, digits and underscores. Source: «user create», AWS CloudHSM User
   * Guide, which knows no capitals.
   */
  readonly users: Record<string, HsmUserProps>;
  /**
   * Length of their passwords in characters, 7 to 32. It applies to passwords that are generated from then on.
   * @default 32
   */
  readonly passwordLength?: number;
  /**
   * Whether a user whose line was removed may be deleted together with the keys that it owns. These keys are then lost, except in backups.
   * It takes effect in the deploy after the one that sets it, so remove the line in a separate deploy.
   * @default false: the deploy stops, and the user and its keys stay
   */
  readonly deleteKeysOfRemovedUsers?: boolean;
}

/**
 * Crypto users and additional admins on every HSM. A new line creates a user, a changed `passwordVersion` sets a new password, and a removed
 * line deletes the user, unless it owns keys. Passwords are generated in AWS and stay there; programs read them from their secrets. If a
 * quorum of admins must approve changes of users, a deploy stops and says what to do. A `UserAudit` reports users who were created or
 * deleted by hand.
 */
export class HsmUsers extends Construct {
  /** ARN of the secret with a user's password, by the user's name. */
  readonly secretArns: Record<string, string> = {};
  /** ARN of the KMS key that encrypts these secrets: who reads one needs `kms:Decrypt` with it. */
  readonly encryptionKeyArn: string;
  /** Role of each user, by the user's name. */
  readonly roles: Record<string, HsmUserRole> = {};
  /** Dependencies of the users. */
  readonly ready: ITerraformDependable[] = [];

  constructor(scope: Construct, id: string, props: HsmUsersProps) {
    super(scope, id);
    applyAwsProps(this, props);
    const { cluster, operator, users, deleteKeysOfRemovedUsers } = props;
    const passwordLength = passwordLengthOf(this, props.passwordLength);
    checkFlags(this, { deleteKeysOfRemovedUsers });
    const adminSecretArn = cluster.userInput?.adminSecretArn;
    if (adminSecretArn === undefined)
      refuse(this, "cluster", cluster.clusterId, "one that was given with the secret of an admin");
    this.encryptionKeyArn = operator.encryptionKeyArn;
    const path = `safe-storage/${cluster.clusterId}/users`;
    const allowed = operator.allow("hsm-users", [
      {
        Action: [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetSecretValue",
          "secretsmanager:PutSecretValue",
          "secretsmanager:UpdateSecretVersionStage",
        ],
        // By their path: a user who is removed must be looked up when its line, and with it its ARN, no longer exists.
        Resource: operator.arn("secretsmanager", `secret:${path}/*`),
      },
    ]);
    checkMap(this, "users", users, "users by their names");
    for (const [name, user] of Object.entries(users)) {
      const { role = "crypto-user", passwordVersion = 1, adopt } = user;
      checkUserName(this, `users.${name}`, name);
      check(
        this,
        `users.${name}`,
        name,
        (n) => !["admin", "kmsuser", "app_user"].includes(n),
        "another name: this user is the cluster's own",
      );
      checkNames(this, `users.${name}`, user, Object.keys(USER_PROPS));
      checkKnown(this, `users.${name}.role`, role, "crypto-user or admin");
      check(
        this,
        `users.${name}.role`,
        role,
        (r) => r === "crypto-user" || r === "admin",
        "crypto-user or admin",
      );
      checkRange(this, `users.${name}.passwordVersion`, passwordVersion, 1, 999_999, "versions");
      checkFlags(this, { [`users.${name}.adopt`]: adopt });
      this.roles[name] = role;
      const secret = operator.secret(
        `user-${name}-secret`,
        `${path}/${name}`,
        `Password of the HSM user ${name}, ${role}`,
        0, // The user of a deleted secret is deleted too; a name that is pending deletion would block a new secret.
      );
      acceptFindings(secret, {
        CKV2_AWS_57: "The user's programs must learn of a new password: passwordVersion sets one.",
      });
      const secretArn = secret.arn;
      this.secretArns[name] = secretArn;
      this.ready.push(
        operator.invoke(
          `user-${name}`,
          "ensure-user",
          {
            clusterId: cluster.clusterId,
            trustAnchor: cluster.trustAnchor,
            adminSecretArn,
            userName: name,
            role,
            userSecretArn: secretArn,
            passwordLength,
            passwordVersion: String(passwordVersion),
            ...(adopt && { adopt: true }),
          },
          {
            dependsOn: [allowed, ...cluster.ready],
            onDelete: { action: "remove-user", ...(deleteKeysOfRemovedUsers && { deleteKeys: true }) },
          },
        ),
      );
    }
  }
}
