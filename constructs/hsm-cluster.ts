// The CloudHSM cluster: made, claimed, activated, its users made, then its other HSMs.

import { CloudhsmV2Cluster } from "@cdktf/provider-aws/lib/cloudhsm-v2-cluster";
import { CloudhsmV2Hsm } from "@cdktf/provider-aws/lib/cloudhsm-v2-hsm";
import { DataAwsCloudhsmV2Cluster } from "@cdktf/provider-aws/lib/data-aws-cloudhsm-v2-cluster";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Fn, ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { Address4 } from "ip-address";
import { ClusterOperator } from "./cluster-operator";
import { ClusterSigner } from "./cluster-signer";
import { applyDeletionPolicy, DeletionPolicy } from "./deletion-policy";
import { freeze } from "./frozen";
import { HsmIdentityCheck, HsmRoots } from "./hsm-identity-check";
import { HsmSubnet, IHsmNetwork } from "./hsm-network";
import { CREATE_HSM_IN_EC2 } from "./policy-document";
import { check, checkRange } from "./validation";

/** Source: CreateCluster, AWS CloudHSM API Reference: "The allowed values are hsm1.medium and hsm2m.medium". */
export type HsmType = "hsm1.medium" | "hsm2m.medium";
const HSM_TYPES: HsmType[] = ["hsm1.medium", "hsm2m.medium"];

/** `FIPS`: only FIPS-validated keys and algorithms. Source: «Cluster modes», AWS CloudHSM User Guide. */
export type ClusterMode = "FIPS" | "NON_FIPS";

/** What a new cluster and a restored one have in common. */
export interface HsmClusterBaseProps {
  /** An HSM stands in each of its subnets. */
  readonly network: IHsmNetwork;
  /** Initialises and activates the cluster and makes its users. */
  readonly operator: ClusterOperator;
  /** @default "hsm2m.medium" */
  readonly hsmType?: HsmType;
  /** @default "FIPS" */
  readonly mode?: ClusterMode;
  /**
   * Characters of the passwords of `admin` and `kmsuser`, which the operator makes; 7 to 32.
   * Counts for passwords made from then on.
   * @default 32
   */
  readonly passwordLength?: number;
  /**
   * Lets the operator make HSMs that are missing, by its action `ensure-hsms`.
   * @default false
   */
  readonly hsmsOnDemand?: boolean;
  /**
   * Name shown in the console.
   * @default "safe-storage"
   */
  readonly name?: string;
  /**
   * What a destroy does with the cluster and its HSMs.
   * @default "retain"
   */
  readonly deletionPolicy?: DeletionPolicy;
}

export interface HsmClusterProps extends HsmClusterBaseProps {
  /** Signs the cluster's CSR: a `CertificateAuthority`, an `ExternalSigner` or an `AcmPcaSigner`. */
  readonly signer: ClusterSigner;
  /**
   * The roots by which the first HSM is proven to be real before its CSR is signed; `false` signs unseen.
   * @default none, and then a plan says what is missing
   */
  readonly identityCheck?: HsmRoots | false;
}

/** Type, mode and users are the backup's: CreateCluster, AWS CloudHSM API Reference. */
export interface RestoredHsmClusterProps extends HsmClusterBaseProps {
  /** A READY backup of this region, `backup-` and eleven to sixteen characters, or the ARN of a shared one. */
  readonly sourceBackupId: string;
  /** PEM of the CA's certificate with which the backup's cluster was initialised. */
  readonly trustAnchor: string;
}

/** Which address of its subnet an HSM has: fixed, so that an HSM is never made twice. AWS keeps the first four. */
const HSM_HOST_NUMBER = 10;

/** What a key store needs of a cluster. */
export interface IHsmCluster {
  readonly clusterId: string;
  /** PEM of the certificate that the cluster's certificate leads to. */
  readonly trustAnchor: string;
  /** Secret with the password of `kmsuser`, which is dead once KMS has connected. */
  readonly kmsuserSecretArn: string;
  /** What a key store waits for: users and at least two HSMs. */
  readonly ready: ITerraformDependable[];
  /**
   * What the operator wants to know to give `kmsuser` a new password, where KMS cannot log in as it.
   * @default none: then it gives none
   */
  readonly userInput?: Record<string, string>;
}

/** An activated cluster with an HSM in each availability zone of its network and `kmsuser` on all of them. */
export class HsmCluster extends Construct implements IHsmCluster {
  /** Id of the cluster, `cluster-` and eleven characters. */
  readonly clusterId: string;
  /** PEM of the CA's certificate. */
  readonly trustAnchor: string;
  /** Secret with the admin's password; born in AWS, in no state. */
  readonly adminSecretArn: string;
  /** Secret with the first password of `kmsuser`; dead once KMS has connected. */
  readonly kmsuserSecretArn: string;
  /**
   * Name of the secret in which the operator keeps the trust anchor, for clients and for clusters from this one's backups. It
   * is not Terraform's, so that no destroy takes it away.
   */
  readonly trustAnchorSecretName: string;
  /** The security group that AWS made for the cluster. KMS needs its rules as they are. */
  readonly securityGroupId: string;
  /** What waits for these has users and at least two HSMs. */
  readonly ready: ITerraformDependable[];
  /** What actions that work with the HSMs' users ask for. */
  readonly userInput: Record<string, string>;
  private readonly operator: ClusterOperator;

  /**
   * A cluster from a backup: with its users, keys and trust anchor, without initialisation and activation. The admin's
   * password is the backup's: it must be in the secret `adminSecretArn` (where the cluster of this stack was lost, it is), else
   * the deploy stops and says so. `kmsuser` gets a new password. Source: «Creating clusters from backups», AWS CloudHSM User
   * Guide.
   */
  static fromBackup(scope: Construct, id: string, props: RestoredHsmClusterProps): HsmCluster {
    return new HsmCluster(scope, id, props);
  }

  /** Use `fromBackup` for a cluster that is restored. */
  constructor(scope: Construct, id: string, props: HsmClusterProps | RestoredHsmClusterProps) {
    super(scope, id);
    const { network, operator } = props;
    this.operator = operator;
    const policy = props.deletionPolicy ?? "retain";
    const hsmType = props.hsmType ?? "hsm2m.medium";
    check(this, "hsmType", hsmType, (t) => HSM_TYPES.includes(t), `one of ${HSM_TYPES.join(", ")}`);
    const mode = props.mode ?? "FIPS";
    check(this, "mode", mode, (m) => m === "FIPS" || m === "NON_FIPS", "FIPS or NON_FIPS");
    check(this, "mode", mode, (m) => m === "FIPS" || hsmType !== "hsm1.medium", "FIPS for hsm1.medium");
    const restored = "sourceBackupId" in props;
    if (restored)
      check(
        this,
        "sourceBackupId",
        props.sourceBackupId,
        // Source: BackupId and BackupArn, AWS CloudHSM API Reference.
        (b) => /^(arn:.*:backup\/)?backup-[2-7a-zA-Z]{11,16}$/.test(b),
        "a backup's id, such as backup-abcdefghijk, or its ARN",
      );

    // "Password length 7 to 32": «Quotas», AWS CloudHSM User Guide; KeyStorePassword, AWS KMS API Reference.
    const passwordLength = props.passwordLength ?? 32;
    checkRange(this, "passwordLength", passwordLength, 7, 32, "characters");

    const cluster = new CloudhsmV2Cluster(this, "cluster", {
      hsmType,
      mode,
      subnetIds: network.subnets.map((s) => s.subnetId),
      sourceBackupIdentifier: restored ? props.sourceBackupId : undefined,
      tags: { Name: props.name ?? "safe-storage" },
      // It counts when the cluster is made: afterwards Terraform would make another one.
      lifecycle: { ignoreChanges: ["source_backup_identifier"] },
    });
    this.clusterId = cluster.clusterId;
    this.securityGroupId = cluster.securityGroupId;
    const hsm = (subnet: HsmSubnet, dependsOn?: ITerraformDependable[]) => {
      const made = new CloudhsmV2Hsm(this, `hsm-${subnet.availabilityZone}`, {
        clusterId: this.clusterId,
        subnetId: subnet.subnetId,
        ipAddress: hsmAddress(subnet.cidrBlock),
        dependsOn,
      });
      applyDeletionPolicy(policy, made);
      return made;
    };
    const [firstSubnet, ...otherSubnets] = network.subnets;
    const first = hsm(firstSubnet);
    applyDeletionPolicy(policy, cluster);
    freeze(
      this,
      cluster,
      {
        hsmType,
        mode,
        subnets: network.subnets.map((s) => `${s.availabilityZone} ${s.cidrBlock}`).join(", "),
        ...(!restored && { signer: props.signer.kind }),
      },
      "AWS would make another cluster, without the keys of this one",
    );

    const secretName = `safe-storage/${this.clusterId}`;
    this.adminSecretArn = operator.secret(
      "admin-secret",
      `${secretName}/admin`,
      "Password of the HSM user admin",
    ).arn;
    this.kmsuserSecretArn = operator.secret(
      "kmsuser-secret",
      `${secretName}/kmsuser`,
      "First password of the HSM user kmsuser; dead once KMS has connected the key store",
    ).arn;
    this.trustAnchorSecretName = `${secretName}/trust-anchor`;
    this.permitOperator(props.hsmsOnDemand);
    operator.reachHsms(this.securityGroupId);

    this.trustAnchor = restored ? props.trustAnchor : props.signer.trustAnchor;
    this.userInput = {
      clusterId: this.clusterId,
      trustAnchor: this.trustAnchor,
      adminSecretArn: this.adminSecretArn,
      kmsuserSecretArn: this.kmsuserSecretArn,
      passwordLength: String(passwordLength),
    };
    const activated = operator.invoke("activate", "activate", this.userInput, {
      attempts: 2,
      dependsOn: restored ? [first] : [this.claim(first, props)],
    });
    const kmsuser = operator.invoke(
      "create-kmsuser",
      "create-kmsuser",
      // The one in a backup has a password that only KMS knew.
      { ...this.userInput, ...(restored && { adopt: "true" }) },
      { dependsOn: [activated] },
    );
    // AWS keeps keys in step between HSMs, not users, and an HSM joins as a clone: of one that has them all already.
    // See docs/decisions/0003-hsms-join-after-the-users.md.
    const others = otherSubnets.map((subnet) => hsm(subnet, [kmsuser]));
    const guard = operator.guard(
      this,
      policy,
      { clusterId: this.clusterId, resource: `cluster ${this.clusterId}` },
      [first, kmsuser, ...others],
      "release-cluster",
    );
    this.ready = [kmsuser, ...others, guard];
  }

  /** Has the first HSM proven to be real, the CSR signed, and the cluster initialised with the signature. */
  private claim(first: CloudhsmV2Hsm, { signer, identityCheck }: HsmClusterProps): ITerraformDependable {
    // The resource is read before the first HSM has made the CSR, so a data source reads it after.
    const described = new DataAwsCloudhsmV2Cluster(this, "described", {
      clusterId: this.clusterId,
      dependsOn: [first],
    });
    // In state INITIALIZED the list is empty: taking its first element would break every later plan.
    const csr = Fn.try([described.clusterCertificates.get(0).clusterCsr, ""]);
    const proven =
      identityCheck === false
        ? [first]
        : [new HsmIdentityCheck(this, "identity", described, identityCheck).passed];
    const signature = signer.sign({ clusterId: this.clusterId, csr, dependsOn: proven });
    return this.operator.invoke(
      "initialize",
      "initialize",
      {
        clusterId: this.clusterId,
        trustAnchor: this.trustAnchor,
        signedCertificate: signature.certificate,
        trustAnchorSecret: this.trustAnchorSecretName,
      },
      { attempts: 2, dependsOn: [first, ...signature.ready] },
    );
  }

  /**
   * Lets clients of the HSMs in, such as instances with `cloudhsm-cli`, by their security group: TCP 2223-2225. `id` is unique
   * among these. Source: «Reconfigure the default security group», AWS CloudHSM User Guide.
   */
  allowFrom(id: string, securityGroupId: string): void {
    new VpcSecurityGroupIngressRule(this, `from-${id}`, {
      securityGroupId: this.securityGroupId,
      referencedSecurityGroupId: securityGroupId,
      ipProtocol: "tcp",
      fromPort: 2223,
      toPort: 2225,
      tags: { Name: `${id} to HSMs` },
    });
  }

  private permitOperator(hsmsOnDemand = false): void {
    const { operator } = this;
    operator.allow("cluster", [
      // AWS has no resource for these. A cluster's guard looks for key stores, also when those of this stack are gone.
      { Action: ["cloudhsm:DescribeClusters", "kms:DescribeCustomKeyStores"], Resource: "*" },
      {
        Action: ["cloudhsm:InitializeCluster"],
        Resource: operator.arn("cloudhsm", `cluster/${this.clusterId}`),
      },
      {
        Action: [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetSecretValue",
          "secretsmanager:PutSecretValue",
          "secretsmanager:UpdateSecretVersionStage",
        ],
        Resource: [this.adminSecretArn, this.kmsuserSecretArn],
      },
      {
        // A secret's ARN ends in a hyphen and six characters that AWS chooses.
        Action: ["secretsmanager:CreateSecret"],
        Resource: operator.arn("secretsmanager", `secret:${this.trustAnchorSecretName}-??????`),
      },
      { Action: ["secretsmanager:GetRandomPassword"], Resource: "*" }, // AWS has no resource for it
    ]);
    if (hsmsOnDemand)
      operator.allow("hsms-on-demand", [
        { Action: ["cloudhsm:CreateHsm"], Resource: operator.arn("cloudhsm", `cluster/${this.clusterId}`) },
        CREATE_HSM_IN_EC2,
      ]);
  }
}

function hsmAddress(cidrBlock: string): string {
  const start = new Address4(cidrBlock).startAddress().bigInt();
  return Address4.fromBigInt(start + BigInt(HSM_HOST_NUMBER)).address;
}
