// The KMS custom key store: created on the cluster, connected to it, and guarded against a destroy.

import { DataAwsSecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret-version";
import { KmsCustomKeyStore } from "@cdktf/provider-aws/lib/kms-custom-key-store";
import { Fn, ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import {
  AwsProps,
  applyAwsProps,
  applyDeletionPolicy,
  DeletionPolicy,
  dependenciesOf,
  NameProps,
  nameOf,
  CREATE_KEY_STORE_ROLE,
  check,
  checkKnown,
} from "../private";
import { ClusterOperator } from "../operator";
import { IHsmCluster } from "../cluster";

/**
 * Deletion policy of a key store. `retain` and `delete`: see `DeletionPolicy`. `disconnect`: the key store is disconnected and stays in KMS
 * with its keys; a later deploy with the same name reconnects it. Only for a key store on an existing cluster.
 */
export type KeyStoreDeletionPolicy = DeletionPolicy | "disconnect";

/** Properties of `CustomKeyStore`. */
export interface CustomKeyStoreProps extends NameProps, AwsProps {
  /**
   * The cluster in which the keys are created; it needs two active HSMs in two availability zones. A key store stays on its cluster, or on
   * one that is restored from its backup.
   */
  readonly cluster: IHsmCluster;
  /** The operator that connects the key store, and guards it against a destroy. */
  readonly operator: ClusterOperator;
  /**
   * Name of the key store, unique in account and region; 1 to 256 characters. It changes in place.
   * @default `system` and `purpose`, joined by a hyphen
   */
  readonly name?: string;
  /**
   * What a destroy does with the key store.
   * @default "retain"; on a cluster that exists without us "disconnect"
   */
  readonly deletionPolicy?: KeyStoreDeletionPolicy;
}

/** A key store, created here or existing. */
export interface ICustomKeyStore {
  /** Id of the store, `cks-` and hexadecimal digits. */
  readonly customKeyStoreId: string;
  /** Dependencies of a key: the key store is connected. */
  readonly connected: ITerraformDependable[];
  /**
   * The operator that guards keys and file systems against a destroy, even if their line of code was removed.
   * @default none: then Terraform's `prevent_destroy` alone does, which goes with the line
   */
  readonly operator?: ClusterOperator;
}

/**
 * A connected AWS CloudHSM key store (a KMS custom key store). AWS takes up to 20 minutes to connect it: ConnectCustomKeyStore, AWS KMS API
 * Reference.
 */
export class CustomKeyStore extends Construct implements ICustomKeyStore {
  /** Id of the store, `cks-` and hexadecimal digits. */
  readonly customKeyStoreId: string;
  readonly connected: ITerraformDependable[];
  readonly operator: ClusterOperator;
  /** The cluster on which it was created. */
  readonly cluster: IHsmCluster;

  /** References an existing, connected key store, created by another stack or by hand. */
  static fromExisting(scope: Construct, id: string, customKeyStoreId: string): ICustomKeyStore {
    // Source: CustomKeyStoreId, AWS KMS API Reference.
    const isId = (text: string): boolean => /^cks-[0-9a-f]+$/.test(text);
    check(scope, `${id}.customKeyStoreId`, customKeyStoreId, isId, "cks- and hexadecimal digits");
    return { customKeyStoreId, connected: [] };
  }

  constructor(scope: Construct, id: string, props: CustomKeyStoreProps) {
    super(scope, id);
    applyAwsProps(this, props);
    const { cluster, operator } = props;
    this.cluster = cluster;
    check(
      this,
      "cluster.keep",
      cluster.scheduled?.keep,
      (keep) => keep !== 0,
      "1 at least: without an active HSM no key of the store works",
    );
    const policies = cluster.existing ? ["disconnect", "retain", "delete"] : ["retain", "delete"];
    const policy = props.deletionPolicy ?? (policies[0] as KeyStoreDeletionPolicy);
    checkKnown(this, "deletionPolicy", policy, `one of ${policies.join(", ")}`);
    check(this, "deletionPolicy", policy, (p) => policies.includes(p), `one of ${policies.join(", ")}`);
    this.operator = operator;
    const name = props.name ?? nameOf(this, props);
    check(
      this,
      "name",
      name,
      // Source: CustomKeyStoreName, CreateCustomKeyStore, AWS KMS API Reference: 1 to 256 characters.
      (n) =>
        typeof n === "string" && n.length >= 1 && n.length <= 256 && n.trim() === n && !/[\p{Cc}]/u.test(n),
      "1 to 256 characters without control characters and without a space at either end",
    );
    const store = cluster.existing ? this.byOperator(cluster, name) : this.byTerraform(cluster, name, policy);
    this.customKeyStoreId = store.id;
    operator.allow("key-store", [
      {
        // AWS has no resource for these.
        Action: [
          "kms:DescribeCustomKeyStores",
          "kms:UpdateCustomKeyStore",
          "kms:ConnectCustomKeyStore",
          "kms:DisconnectCustomKeyStore",
          "kms:DeleteCustomKeyStore",
          "kms:ListKeys",
        ],
        Resource: "*",
      },
      {
        // KMS has no list of the keys in a key store: the guard reads keys of this origin, and no others.
        Action: ["kms:DescribeKey"],
        Resource: operator.arn("kms", "key/*"),
        Condition: { StringEquals: { "kms:KeyOrigin": "AWS_CLOUDHSM" } },
      },
    ]);
    const guards = {
      retain: "retain",
      delete: "delete-key-store",
      disconnect: "disconnect-key-store",
    } as const;
    this.connected = [
      operator.invoke(
        "connect-key-store",
        "connect-key-store",
        {
          keyStoreId: this.customKeyStoreId,
          keyStoreName: name,
          ...cluster.userInput,
        },
        {
          attempts: 3,
          onDelete: { action: guards[policy], resource: `key store ${this.customKeyStoreId}` },
          dependsOn: store.made,
        },
      ),
    ];
  }

  /** On a cluster of this app. */
  private byTerraform(cluster: IHsmCluster, name: string, policy: KeyStoreDeletionPolicy): MadeStore {
    const ready = dependenciesOf(this, cluster.ready);
    // KMS rotates the password when it connects, so the password that is read here, and kept in the state, is invalid then.
    const password = new DataAwsSecretsmanagerSecretVersion(this, "kmsuser-password", {
      secretId: cluster.kmsuserSecretArn,
      dependsOn: ready,
    });
    const store = new KmsCustomKeyStore(this, "store", {
      customKeyStoreName: name,
      cloudHsmClusterId: cluster.clusterId,
      trustAnchorCertificate: cluster.trustAnchor,
      keyStorePassword: password.secretString,
      dependsOn: ready,
      // Terraform would create another store, without the keys. A new password would be invalid, since KMS owns the store's
      // password from the first connection on; the trust anchor never changes; and if the cluster was restored from
      // a backup, `connect-key-store` moves the store to it. That action also renames it: the provider names the cluster with
      // every change, and KMS takes that of a disconnected store only.
      lifecycle: {
        ignoreChanges: [
          "custom_key_store_name",
          "key_store_password",
          "cloud_hsm_cluster_id",
          "trust_anchor_certificate",
        ],
      },
    });
    if (policy === "retain") applyDeletionPolicy(policy, store);
    return { id: store.id, made: [store] };
  }

  /**
   * On a cluster that exists without us: a store that a destroy keeps cannot be Terraform's, which would delete it where it has no
   * keys. The password does not come into the state.
   */
  private byOperator(cluster: IHsmCluster, name: string): MadeStore {
    const { operator } = this;
    operator.allow("create-key-store", [
      { Action: ["kms:CreateCustomKeyStore"], Resource: "*" }, // AWS has no resource for it
      CREATE_KEY_STORE_ROLE,
    ]);
    const made = operator.invoke(
      "create-key-store",
      "create-key-store",
      {
        clusterId: cluster.clusterId,
        trustAnchor: cluster.trustAnchor,
        kmsuserSecretArn: cluster.kmsuserSecretArn,
        keyStoreName: name,
      },
      { dependsOn: cluster.ready, once: true },
    );
    return { id: Token.asString(Fn.lookup(Fn.jsondecode(made.result), "keyStoreId")), made: [made] };
  }
}

interface MadeStore {
  readonly id: string;
  readonly made: ITerraformDependable[];
}
