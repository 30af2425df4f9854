// A KMS key whose material is made in the HSMs and never leaves them.

import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import {
  AwsProps,
  applyAwsProps,
  applyDeletionPolicy,
  DeletionPolicy,
  deletionPolicyOf,
  dependenciesOf,
  refuseReplacement,
  idFor,
  policyDocument,
  PolicyStatement,
  check,
  checkKeyArn,
  checkRange,
} from "../private";
import { ClusterOperator } from "../operator";
import { ICustomKeyStore } from "./custom-key-store";

/** What an `HsmKey` is made of. */
export interface HsmKeyProps extends AwsProps {
  /** A connected key store; with two active HSMs while the key is made: CreateKey, AWS KMS API Reference. */
  readonly keyStore: ICustomKeyStore;
  /** Name after `alias/`; letters, digits, `/`, `_` and `-`. */
  readonly alias: string;
  /**
   * What the key is for, as the console shows it; 8,192 characters at most.
   * @default "Key in CloudHSM"
   */
  readonly description?: string;
  /**
   * Days that a deletion waits, 7 to 30. Until then it can be cancelled; until then the key store cannot be deleted.
   * @default 30
   */
  readonly deletionWindowInDays?: number;
  /**
   * Key policy as JSON.
   * @default AWS KMS's default key policy: the account's IAM policies decide
   */
  readonly policy?: string;
  /**
   * What a destroy does with the key: without it, what it encrypted is lost.
   * @default "retain"
   */
  readonly deletionPolicy?: DeletionPolicy;
}

/** A KMS key in HSMs, made here or elsewhere. */
export interface IHsmKey {
  /** Id of the key, a UUID. */
  readonly keyId: string;
  /** ARN of the key, what other services take. */
  readonly keyArn: string;
  /**
   * Guards what the key encrypts.
   * @default none
   */
  readonly operator?: ClusterOperator;
  /**
   * Lets an IAM role encrypt and decrypt with the key, itself and by services that keep it for a resource, such as an EBS
   * volume. It counts where the key's policy leaves the decision to the account's IAM policies, as the default one does.
   * The role by itself or by its name; `id` is unique among the key's grants, and needed where the name is known at deploy only. Source: «Allows key users to use the KMS key», AWS KMS Developer Guide.
   */
  grantEncryptDecrypt(role: IamRole | string, id?: string): IamRolePolicy;
  /**
   * Lets an IAM role administer the key, its deletion and its policy included, and not use it. As for
   * `grantEncryptDecrypt`. Source: «Allows key administrators to administer the KMS key», AWS KMS Developer Guide.
   */
  grantAdmin(role: IamRole | string, id?: string): IamRolePolicy;
}

const USE = [
  "kms:Encrypt",
  "kms:Decrypt",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:GenerateDataKeyPair",
  "kms:GenerateDataKeyPairWithoutPlaintext",
  "kms:DescribeKey",
];
const USE_BY_SERVICES = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"];
const ADMINISTER = [
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
abstract class HsmKeyBase extends Construct implements IHsmKey {
  abstract readonly keyId: string;
  abstract readonly keyArn: string;

  grantEncryptDecrypt(role: IamRole | string, id?: string): IamRolePolicy {
    const Resource = this.keyArn;
    return this.grant("use", role, id, [
      { Action: USE, Resource },
      { Action: USE_BY_SERVICES, Resource, Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } } },
    ]);
  }

  grantAdmin(role: IamRole | string, id?: string): IamRolePolicy {
    return this.grant("administer", role, id, [{ Action: ADMINISTER, Resource: this.keyArn }]);
  }

  private grant(
    verb: string,
    role: IamRole | string,
    id: string | undefined,
    statements: PolicyStatement[],
  ): IamRolePolicy {
    return new IamRolePolicy(this, `${verb}-${idFor(this, role, id)}`, {
      // A role may use many keys: unique among its policies, and as long as IAM lets a name be, 128 characters.
      name: `${verb}-${this.node.path.replaceAll("/", "-").slice(-(127 - verb.length))}`,
      role: typeof role === "string" ? role : role.name,
      policy: policyDocument(statements),
    });
  }
}

class ImportedHsmKey extends HsmKeyBase {
  constructor(
    scope: Construct,
    id: string,
    readonly keyArn: string,
    readonly keyId: string,
  ) {
    super(scope, id);
  }
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** A symmetric encryption key of origin AWS_CLOUDHSM. KMS cannot rotate it nor copy it to another region. */
export class HsmKey extends HsmKeyBase {
  /** Id of the key, a UUID. */
  readonly keyId: string;
  /** ARN of the key, what other services take. */
  readonly keyArn: string;
  /** `alias/` and the name. */
  readonly aliasName: string;
  /** The key store's; guards what the key encrypts. */
  readonly operator?: ClusterOperator;

  /** A key that exists already, such as one of another stack; `props` are for what its grants make. */
  static fromKeyArn(scope: Construct, id: string, keyArn: string, props: AwsProps = {}): IHsmKey {
    checkKeyArn(scope, `${id}.keyArn`, keyArn);
    const keyId = Token.isUnresolved(keyArn)
      ? Fn.element(Fn.split("/", keyArn), 1)
      : keyArn.slice(keyArn.lastIndexOf("/") + 1);
    const key = new ImportedHsmKey(scope, id, keyArn, keyId);
    applyAwsProps(key, props);
    return key;
  }

  constructor(scope: Construct, id: string, props: HsmKeyProps) {
    super(scope, id);
    applyAwsProps(this, props);
    // Source: CreateAlias, AWS KMS API Reference.
    check(
      this,
      "alias",
      props.alias,
      (a) => /^[a-zA-Z0-9/_-]{1,250}$/.test(a) && !a.startsWith("aws/") && !a.startsWith("alias/"),
      "1 to 250 letters, digits, /, _ and -, without the prefix alias/ and not beginning with aws/",
    );
    // "Maximum length of 8192": Description, CreateKey, AWS KMS API Reference.
    const description = props.description ?? "Key in CloudHSM";
    check(this, "description", description, (d) => d.length <= 8192, "a text of at most 8,192 characters");
    check(this, "policy", props.policy, (p) => p === undefined || isJson(p), "a policy document in JSON");
    const window = props.deletionWindowInDays ?? 30;
    checkRange(this, "deletionWindowInDays", window, 7, 30, "days");
    const key = new KmsKey(this, "key", {
      description,
      customKeyStoreId: props.keyStore.customKeyStoreId,
      deletionWindowInDays: window,
      policy: props.policy,
      tags: { Name: props.alias },
      dependsOn: dependenciesOf(this, props.keyStore.connected),
    });
    const policy = deletionPolicyOf(this, props);
    applyDeletionPolicy(policy, key);
    refuseReplacement(
      this,
      key,
      { keyStore: props.keyStore.customKeyStoreId },
      "AWS would make another key, and what this one has encrypted would be lost with it",
    );
    const alias = new KmsAlias(this, "alias", { name: `alias/${props.alias}`, targetKeyId: key.keyId });
    this.keyId = key.keyId;
    this.keyArn = key.arn;
    this.aliasName = alias.name;
    this.operator = props.keyStore.operator;
    this.operator?.guard(this, policy, { resource: `KMS key ${this.keyId}` }, [key, alias]);
  }
}
