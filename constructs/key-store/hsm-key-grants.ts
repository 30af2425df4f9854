// Grants of a key: policies of IAM roles that the key's methods create.

import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { ClusterOperator } from "../operator";
import { check, checkList, idFor, policyDocument, PolicyStatement, refuse } from "../private";

/** A role: the resource, a data source that has read it, its name, or its ARN. */
export type KeyGrantee = IamRole | DataAwsIamRole | string;

/**
 * A KMS key in HSMs, created here or existing. Its grants are policies of the role. They take effect if the key policy leaves the decision
 * to the account's IAM policies, as the default key policy does. `id` must be unique among the key's grants of one kind; it is required if
 * the name of the role is known only at deploy. By default it is the id of the role, or its name.
 */
export interface IHsmKey {
  /** Id of the key, a UUID. */
  readonly keyId: string;
  /** ARN of the key, as other services take it. */
  readonly keyArn: string;
  /**
   * The operator that guards what the key encrypts.
   * @default none
   */
  readonly operator?: ClusterOperator;
  /** Grants a role the given `actions` with the key, such as `["kms:GenerateMac"]`, each by its full name. */
  grant(role: KeyGrantee, actions: string[], id?: string): IamRolePolicy;
  /** Grants a role to encrypt with the key and to generate data keys. It cannot decrypt what others have encrypted. */
  grantEncrypt(role: KeyGrantee, id?: string): IamRolePolicy;
  /** Grants a role to decrypt with the key. */
  grantDecrypt(role: KeyGrantee, id?: string): IamRolePolicy;
  /**
   * Grants a role to encrypt and decrypt with the key, directly and through services that use it for a resource, such as an EBS volume.
   * Source: «Allows key users to use the KMS key», AWS KMS Developer Guide.
   */
  grantEncryptDecrypt(role: KeyGrantee, id?: string): IamRolePolicy;
  /**
   * Grants a role to administer the key, including its deletion and its policy, but not to use it. Source: «Allows key administrators to
   * administer the KMS key», AWS KMS Developer Guide.
   */
  grantAdmin(role: KeyGrantee, id?: string): IamRolePolicy;
}

const ENCRYPT = [
  "kms:Encrypt",
  "kms:ReEncryptTo",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:GenerateDataKeyPair",
  "kms:GenerateDataKeyPairWithoutPlaintext",
];
const DECRYPT = ["kms:Decrypt", "kms:ReEncryptFrom"];
const DESCRIBE = ["kms:DescribeKey"];
const USE_BY_SERVICES = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"];
/** What administrators of a key do. Source: «Allows key administrators to administer the KMS key», AWS KMS Developer Guide. */
export const ADMINISTER = [
  "kms:DescribeKey",
  "kms:EnableKey",
  "kms:DisableKey",
  "kms:GetKeyPolicy",
  "kms:PutKeyPolicy",
  "kms:UpdateKeyDescription",
  "kms:ListGrants",
  "kms:RevokeGrant",
  "kms:ListResourceTags",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:CreateAlias",
  "kms:UpdateAlias",
  "kms:DeleteAlias",
  "kms:ScheduleKeyDeletion",
  "kms:CancelKeyDeletion",
];

/** What a key of ours and an imported one share. */
export abstract class HsmKeyBase extends Construct implements IHsmKey {
  abstract readonly keyId: string;
  abstract readonly keyArn: string;
  /** Services that alone may use the key, where its policy says so. */
  protected readonly services?: string[];

  grant(role: KeyGrantee, actions: string[], id?: string): IamRolePolicy {
    checkList(this, "actions", actions, ACTIONS);
    check(
      this,
      "actions",
      actions,
      (all) => all.length > 0 && all.every((a) => /^kms:[A-Za-z]+$/.test(a)),
      ACTIONS,
    );
    return this.allow("grant", role, id, [{ Action: actions, Resource: this.keyArn }]);
  }

  grantEncrypt(role: KeyGrantee, id?: string): IamRolePolicy {
    return this.allow("encrypt", role, id, [{ Action: [...ENCRYPT, ...DESCRIBE], Resource: this.keyArn }]);
  }

  grantDecrypt(role: KeyGrantee, id?: string): IamRolePolicy {
    return this.allow("decrypt", role, id, [{ Action: [...DECRYPT, ...DESCRIBE], Resource: this.keyArn }]);
  }

  grantEncryptDecrypt(role: KeyGrantee, id?: string): IamRolePolicy {
    const Resource = this.keyArn;
    return this.allow("use", role, id, [
      { Action: [...ENCRYPT, ...DECRYPT, ...DESCRIBE], Resource },
      { Action: USE_BY_SERVICES, Resource, Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } } },
    ]);
  }

  grantAdmin(role: KeyGrantee, id?: string): IamRolePolicy {
    return this.allow("administer", role, id, [{ Action: ADMINISTER, Resource: this.keyArn }]);
  }

  private allow(
    verb: string,
    grantee: KeyGrantee,
    id: string | undefined,
    statements: PolicyStatement[],
  ): IamRolePolicy {
    if (this.services && verb !== "administer")
      refuse(this, "services", this.services, "left out for a key that roles use by themselves");
    const role = typeof grantee === "string" ? this.roleNameOf(grantee) : grantee;
    return new IamRolePolicy(this, `${verb}-${idFor(this, role, id)}`, {
      // A role may use many keys: unique among its policies, and no longer than IAM permits, 128 characters.
      name: `${verb}-${this.node.path.replaceAll("/", "-").slice(-(127 - verb.length))}`,
      role: typeof role === "string" ? role : role.name,
      policy: policyDocument(statements),
    });
  }

  /** "arn:PARTITION:iam::ACCOUNT:role/PATH/NAME": «IAM identifiers», IAM User Guide. */
  private roleNameOf(nameOrArn: string): string {
    if (!nameOrArn.startsWith("arn:")) return nameOrArn;
    check(
      this,
      "role",
      nameOrArn,
      (arn) => /^arn:[\w-]+:iam::\d{12}:role\/.+/.test(arn),
      "a role, its name or its ARN",
    );
    return nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);
  }
}

const ACTIONS = 'a list of actions of KMS by their whole names, such as ["kms:GenerateMac"]';
