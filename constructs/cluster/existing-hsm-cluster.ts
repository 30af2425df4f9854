// An existing, activated cluster: it is checked and given kmsuser, and not changed otherwise.

import { DataAwsCloudhsmV2Cluster } from "@cdktf/provider-aws/lib/data-aws-cloudhsm-v2-cluster";
import { DataAwsSecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret-version";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import {
  AwsProps,
  applyAwsProps,
  requireAfter,
  operand,
  viaSecretsManager,
  checkClusterId,
  checkFlags,
  checkKeyArn,
  checkPem,
  checkSecretArn,
  refuse,
} from "../private";
import { retainBackups } from "./backup-retention";
import { ClusterOperator } from "../operator";
import { allowHsmClients } from "./hsm-clients";
import { kmsuserSecretOf, passwordLengthOf, permitUserManagement } from "./user-management";
import type { IHsmCluster, UserInput } from "./hsm-cluster-interface";

/** Properties of an existing cluster. */
export interface ExistingHsmClusterProps extends AwsProps {
  /** Id of the cluster, `cluster-` and eleven to sixteen characters; ACTIVE. */
  readonly clusterId: string;
  /** The operator that creates `kmsuser`. It must be in the cluster's VPC. */
  readonly operator: ClusterOperator;
  /**
   * ARN of the secret with an admin's credentials: the password of the HSM user `admin`, or JSON with `username` and `password` of another
   * admin.
   */
  readonly adminSecretArn: string;
  /**
   * ARN of the KMS key that encrypts this secret.
   * @default Secrets Manager's own, `aws/secretsmanager`
   */
  readonly adminSecretKeyArn?: string;
  /**
   * PEM of the certificate with which the cluster was initialised (`customerCA.crt`). One of this and `trustAnchorSecretArn`.
   * @default none
   */
  readonly trustAnchor?: string;
  /**
   * ARN of a secret that holds the trust anchor instead. The identity that deploys needs permission to read it.
   * @default none
   */
  readonly trustAnchorSecretArn?: string;
  /**
   * Whether to adopt a `kmsuser` that this deployment did not create: `false` refuses it; `true` gives it a new password, so that nobody
   * else can use it any longer.
   * @default false
   */
  readonly adoptKmsuser?: boolean;
  /**
   * Characters of the password of `kmsuser`, 7 to 32.
   * @default 32
   */
  readonly passwordLength?: number;
  /**
   * Days that the cluster's backups are kept, 7 to 379: ModifyCluster, AWS CloudHSM API Reference.
   * @default as it is
   */
  readonly backupRetentionDays?: number;
}

/** An existing cluster. A destroy leaves the cluster, its HSMs and its users as they are. */
export class ExistingHsmCluster extends Construct implements IHsmCluster {
  readonly existing = true;
  /** Id of the cluster. */
  readonly clusterId: string;
  readonly trustAnchor: string;
  readonly kmsuserSecretArn: string;
  readonly securityGroupId: string;
  readonly ready: ITerraformDependable[];
  readonly userInput: UserInput;

  constructor(scope: Construct, id: string, props: ExistingHsmClusterProps) {
    super(scope, id);
    applyAwsProps(this, props);
    const { operator } = props;
    checkClusterId(this, "clusterId", props.clusterId);
    checkSecretArn(this, "adminSecretArn", props.adminSecretArn);
    if (props.trustAnchorSecretArn !== undefined)
      checkSecretArn(this, "trustAnchorSecretArn", props.trustAnchorSecretArn);
    checkFlags(this, { adoptKmsuser: props.adoptKmsuser });
    if (props.adminSecretKeyArn !== undefined)
      checkKeyArn(this, "adminSecretKeyArn", props.adminSecretKeyArn);
    const passwordLength = passwordLengthOf(this, props.passwordLength);
    this.clusterId = props.clusterId;
    const found = new DataAwsCloudhsmV2Cluster(this, "cluster", { clusterId: props.clusterId });
    requireAfter(
      found,
      {
        condition: '${self.cluster_state == "ACTIVE"}',
        errorMessage: `${this.node.path}: cluster ${props.clusterId} is \${self.cluster_state}. It must be ACTIVE: initialised and activated by whoever has made it.`,
      },
      {
        condition: `\${self.vpc_id == ${operand(operator.vpcId)}}`,
        errorMessage: `${this.node.path}: cluster ${props.clusterId} is in \${self.vpc_id}, and the operator in ${operator.vpcId}. Give the operator a network in the cluster's VPC.`,
      },
    );
    this.securityGroupId = found.securityGroupId;
    this.trustAnchor = this.trustAnchorOf(props);
    // KMS rotates the password when it connects; a name that is pending deletion would block the next deploy.
    this.kmsuserSecretArn = kmsuserSecretOf(operator, props.clusterId, 0);
    permitUserManagement(operator, [this.kmsuserSecretArn]);
    operator.allow("admin-secret", [
      { Action: ["secretsmanager:GetSecretValue"], Resource: props.adminSecretArn },
      ...(props.adminSecretKeyArn ? [viaSecretsManager(operator.region, props.adminSecretKeyArn)] : []),
    ]);
    operator.reachHsms(this.securityGroupId);
    this.userInput = {
      clusterId: this.clusterId,
      trustAnchor: this.trustAnchor,
      adminSecretArn: props.adminSecretArn,
      kmsuserSecretArn: this.kmsuserSecretArn,
      passwordLength,
    };
    const checked = operator.invoke("check-cluster", "check-cluster", { clusterId: this.clusterId });
    const kmsuser = operator.invoke(
      "create-kmsuser",
      "create-kmsuser",
      { ...this.userInput, ...(props.adoptKmsuser && { adopt: true }) },
      { dependsOn: [checked] },
    );
    this.ready = [kmsuser];
    retainBackups(this, operator, this.clusterId, props.backupRetentionDays, [checked]);
  }

  allowFrom(securityGroup: SecurityGroup | string, id?: string): void {
    allowHsmClients(this, this.securityGroupId, securityGroup, id);
  }

  private trustAnchorOf({ trustAnchor, trustAnchorSecretArn }: ExistingHsmClusterProps): string {
    if ((trustAnchor === undefined) === (trustAnchorSecretArn === undefined))
      refuse(
        this,
        "trustAnchor",
        trustAnchor,
        trustAnchor ? "left out where there is a trustAnchorSecretArn" : "given, or trustAnchorSecretArn",
      );
    if (trustAnchor !== undefined) {
      checkPem(this, "trustAnchor", trustAnchor);
      return trustAnchor;
    }
    const secret = new DataAwsSecretsmanagerSecretVersion(this, "trust-anchor", {
      secretId: trustAnchorSecretArn!,
    });
    requireAfter(secret, {
      condition: '${strcontains(self.secret_string, "-----BEGIN CERTIFICATE-----")}',
      errorMessage: `${this.node.path}: secret ${trustAnchorSecretArn} holds no certificate in PEM. Put the one there with which the cluster was initialised (customerCA.crt).`,
    });
    return secret.secretString;
  }
}
