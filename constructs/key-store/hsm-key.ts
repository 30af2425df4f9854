// A KMS key whose key material is generated in the HSMs and never leaves them.

import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import {
  acceptFindings,
  AwsProps,
  applyAwsProps,
  applyDeletionPolicy,
  DeletionPolicy,
  deletionPolicyOf,
  dependenciesOf,
  refuseReplacement,
  check,
  checkKeyArn,
  checkKnown,
  checkList,
  checkRange,
  refuse,
} from "../private";
import { ClusterOperator } from "../operator";
import { ICustomKeyStore } from "./custom-key-store";
import { HsmKeyBase, IHsmKey } from "./hsm-key-grants";
import { serviceKeyPolicy } from "./service-key-policy";

export type { IHsmKey, KeyGrantee } from "./hsm-key-grants";

/** Properties of `HsmKey`. */
export interface HsmKeyProps extends AwsProps {
  /** A connected key store. It needs two active HSMs while the key is created: CreateKey, AWS KMS API Reference. */
  readonly keyStore: ICustomKeyStore;
  /** Name after `alias/`; letters, digits, `/`, `_` and `-`. */
  readonly alias: string;
  /**
   * Description of the key, as the console shows it; 8,192 characters at most.
   * @default "Key in CloudHSM"
   */
  readonly description?: string;
  /**
   * Waiting period before a deletion in days, 7 to 30. Until its end, the deletion can be cancelled and the key store cannot be deleted.
   * @default 30
   */
  readonly deletionWindowInDays?: number;
  /**
   * AWS services that may use the key for principals of the account, such as `["fsx"]`, each by its name in `kms:ViaService`. The key policy
   * then says so, lets nobody use the key directly, and leaves to the account's IAM policies who administers it.
   * @default [], `policy` says who may use it
   */
  readonly services?: string[];
  /**
   * Key policy as JSON; none with `services`.
   * @default AWS KMS's default key policy: the account's IAM policies decide
   */
  readonly policy?: string;
  /**
   * What a destroy does with the key. Without the key, data that it encrypts is lost.
   * @default "retain"
   */
  readonly deletionPolicy?: DeletionPolicy;
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

/** A symmetric encryption key with the origin AWS_CLOUDHSM. KMS can neither rotate it nor copy it to another region. */
export class HsmKey extends HsmKeyBase {
  /** Id of the key, a UUID. */
  readonly keyId: string;
  /** ARN of the key, as other services take it. */
  readonly keyArn: string;
  /** `alias/` and the name. */
  readonly aliasName: string;
  /** The key store's; guards what the key encrypts. */
  readonly operator?: ClusterOperator;
  protected override readonly services?: string[];

  /** References an existing key, such as one of another stack; `props` apply to what its grants create. */
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
    this.services = this.servicesOf(props);
    const window = props.deletionWindowInDays ?? 30;
    checkRange(this, "deletionWindowInDays", window, 7, 30, "days");
    const key = new KmsKey(this, "key", {
      description,
      customKeyStoreId: props.keyStore.customKeyStoreId,
      deletionWindowInDays: window,
      policy: this.services ? serviceKeyPolicy(this, this.services) : props.policy,
      tags: { Name: props.alias },
      dependsOn: dependenciesOf(this, props.keyStore.connected),
    });
    acceptFindings(key, {
      CKV_AWS_7:
        "KMS cannot rotate keys of a custom key store: «Rotating AWS KMS keys», AWS KMS Developer Guide.",
      ...(!this.services &&
        props.policy === undefined && {
          CKV2_AWS_64:
            "The default key policy: the account's IAM policies decide. services or policy says otherwise.",
        }),
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

  private servicesOf({ services, policy }: HsmKeyProps): string[] | undefined {
    if (services === undefined) return undefined;
    const right = 'a list of services by their names in kms:ViaService, such as ["fsx"]';
    checkList(this, "services", services, right);
    checkKnown(this, "services", services, right);
    check(this, "services", services, (all) => all.every((s) => /^[a-z][a-z0-9.-]*$/.test(s)), right);
    if (services.length === 0) return undefined;
    if (policy !== undefined)
      refuse(this, "policy", policy, "left out with services, which make the key policy");
    return services;
  }
}
