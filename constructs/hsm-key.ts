// A KMS key whose material is made in the HSMs and never leaves them.

import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { ClusterOperator } from "./cluster-operator";
import { ICustomKeyStore } from "./custom-key-store";
import { applyDeletionPolicy, DeletionPolicy } from "./deletion-policy";
import { freeze } from "./frozen";
import { check, checkRange } from "./validation";

export interface HsmKeyProps {
  /** A connected key store; with two active HSMs while the key is made: CreateKey, AWS KMS API Reference. */
  readonly keyStore: ICustomKeyStore;
  /** Name after `alias/`; letters, digits, `/`, `_` and `-`. */
  readonly alias: string;
  /** @default "Key in CloudHSM" */
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

/** A symmetric encryption key of origin AWS_CLOUDHSM. KMS cannot rotate it nor copy it to another region. */
export class HsmKey extends Construct {
  /** Id of the key, a UUID. */
  readonly keyId: string;
  /** ARN of the key, what other services take. */
  readonly keyArn: string;
  /** `alias/` and the name. */
  readonly aliasName: string;
  /** The key store's; guards what the key encrypts. */
  readonly operator?: ClusterOperator;

  constructor(scope: Construct, id: string, props: HsmKeyProps) {
    super(scope, id);
    // Source: CreateAlias, AWS KMS API Reference.
    check(
      this,
      "alias",
      props.alias,
      (a) => /^[a-zA-Z0-9/_-]{1,250}$/.test(a) && !a.startsWith("aws/") && !a.startsWith("alias/"),
      "1 to 250 letters, digits, /, _ and -, without the prefix alias/ and not beginning with aws/",
    );
    const window = props.deletionWindowInDays ?? 30;
    checkRange(this, "deletionWindowInDays", window, 7, 30, "days");
    const key = new KmsKey(this, "key", {
      description: props.description ?? "Key in CloudHSM",
      customKeyStoreId: props.keyStore.customKeyStoreId,
      deletionWindowInDays: window,
      policy: props.policy,
      tags: { Name: props.alias },
      dependsOn: props.keyStore.connected,
    });
    const policy = props.deletionPolicy ?? "retain";
    applyDeletionPolicy(policy, key);
    freeze(
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
