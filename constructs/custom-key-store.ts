// The KMS custom key store: created on the cluster, connected to it, and guarded against a destroy.

import { DataAwsSecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret-version";
import { KmsCustomKeyStore } from "@cdktf/provider-aws/lib/kms-custom-key-store";
import { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ClusterOperator } from "./cluster-operator";
import { applyDeletionPolicy, DeletionPolicy } from "./deletion-policy";
import { IHsmCluster } from "./hsm-cluster";
import { check } from "./validation";

export interface CustomKeyStoreProps {
  readonly cluster: IHsmCluster;
  /** Connects the store, and guards it when it is destroyed. */
  readonly operator: ClusterOperator;
  /** Name of the store, unique in account and region; 1 to 256 characters. */
  readonly name: string;
  /**
   * What a destroy does with the store.
   * @default "retain"
   */
  readonly deletionPolicy?: DeletionPolicy;
}

/** What a key needs of a key store. */
export interface ICustomKeyStore {
  readonly customKeyStoreId: string;
  /** What a key waits for: a connected store. */
  readonly connected: ITerraformDependable[];
  /**
   * Guards keys and file systems against a destroy, also where their line of code is gone.
   * @default none: then Terraform's `prevent_destroy` alone does, which goes with the line
   */
  readonly operator?: ClusterOperator;
}

/** A connected CloudHSM key store. Takes up to 20 minutes to connect: ConnectCustomKeyStore, AWS KMS API Reference. */
export class CustomKeyStore extends Construct implements ICustomKeyStore {
  readonly customKeyStoreId: string;
  readonly connected: ITerraformDependable[];
  readonly operator: ClusterOperator;

  /** A connected key store that exists already, made by another stack or by hand. */
  static fromExisting(scope: Construct, id: string, customKeyStoreId: string): ICustomKeyStore {
    // Source: CustomKeyStoreId, AWS KMS API Reference.
    const isId = (text: string): boolean => /^cks-[0-9a-f]+$/.test(text);
    check(scope, `${id}.customKeyStoreId`, customKeyStoreId, isId, "cks- and hexadecimal digits");
    return { customKeyStoreId, connected: [] };
  }

  constructor(scope: Construct, id: string, props: CustomKeyStoreProps) {
    super(scope, id);
    const { cluster, operator } = props;
    const policy = props.deletionPolicy ?? "retain";
    this.operator = operator;
    check(
      this,
      "name",
      props.name,
      // Source: CustomKeyStoreName, CreateCustomKeyStore, AWS KMS API Reference: 1 to 256 characters.
      (n) => n.length >= 1 && n.length <= 256 && n.trim() === n && !/[\p{Cc}]/u.test(n),
      "1 to 256 characters without control characters and without a space at either end",
    );
    // KMS rotates the password when it connects, so what is read here, and what the state holds of it, is dead then.
    const password = new DataAwsSecretsmanagerSecretVersion(this, "kmsuser-password", {
      secretId: cluster.kmsuserSecretArn,
      dependsOn: cluster.ready,
    });
    const store = new KmsCustomKeyStore(this, "store", {
      customKeyStoreName: props.name,
      cloudHsmClusterId: cluster.clusterId,
      trustAnchorCertificate: cluster.trustAnchor,
      keyStorePassword: password.secretString,
      dependsOn: cluster.ready,
      // Terraform would make another store, without the keys. A new password would be a dead one, since the store's is KMS's
      // own from the first connection on; the trust anchor is the cluster's for good; and where the cluster was restored from
      // a backup, `connect-key-store` moves the store to it.
      lifecycle: {
        ignoreChanges: ["key_store_password", "cloud_hsm_cluster_id", "trust_anchor_certificate"],
      },
    });
    applyDeletionPolicy(policy, store);
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
        // KMS has no list of a store's keys: the guard looks at keys of this origin, and at no others.
        Action: ["kms:DescribeKey"],
        Resource: operator.arn("kms", "key/*"),
        Condition: { StringEquals: { "kms:KeyOrigin": "AWS_CLOUDHSM" } },
      },
    ]);
    this.connected = [
      operator.invoke(
        "connect-key-store",
        "connect-key-store",
        {
          keyStoreId: this.customKeyStoreId,
          ...cluster.userInput,
          resource: `key store ${this.customKeyStoreId}`,
        },
        {
          attempts: 3,
          onDelete: policy === "retain" ? "retain" : "delete-key-store",
          dependsOn: [store],
        },
      ),
    ];
  }
}
