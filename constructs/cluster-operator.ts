// The operator: a Lambda function in the VPC that does what Terraform has no resource for.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import { LambdaLayerVersion } from "@cdktf/provider-aws/lib/lambda-layer-version";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Annotations, AssetType, Fn, ITerraformDependable, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import { applyDeletionPolicy, DeletionPolicy } from "./deletion-policy";
import { IHsmNetwork } from "./hsm-network";
import { check } from "./validation";

export interface ClusterOperatorProps {
  readonly network: IHsmNetwork;
  /**
   * Prefix of the names of function, role and log group; unique in account and region.
   * @default "safe-storage"
   */
  readonly name?: string;
  /**
   * Path of the layer's zip with `cloudhsm-cli`, which `scripts/build-layer` makes.
   * @default "dist/cloudhsm-cli-layer.zip" of this package
   */
  readonly layerZip?: string;
  /**
   * Path of the function's zip, which `npm run build:lambda` makes from `lambda-runtime/`.
   * @default "dist/operator.zip" of this package
   */
  readonly functionZip?: string;
  /**
   * How long logs are kept, in days; a value that CloudWatch Logs knows.
   * @default 365
   */
  readonly logRetentionDays?: number;
  /**
   * What a destroy does with the key that encrypts the secrets, and with the secrets.
   * @default "retain"
   */
  readonly deletionPolicy?: DeletionPolicy;
  /**
   * Tags of all that is made here.
   * @default none
   */
  readonly tags?: Record<string, string>;
}

/** An IAM statement as in a policy document. */
export interface PolicyStatement {
  readonly Effect?: "Allow" | "Deny";
  readonly Action: string[];
  readonly Resource: string | string[];
  readonly Condition?: Record<string, Record<string, string>>;
}

export interface InvokeOptions {
  /** What must be done before. */
  readonly dependsOn?: ITerraformDependable[];
  /**
   * How many invocations follow one another while the action answers `pending`: a function lives 15 minutes at most.
   * @default 1
   */
  readonly attempts?: number;
  /**
   * Action that a destroy runs first; its failure stops the destroy with its message.
   * @default none, a destroy calls nothing
   */
  readonly onDelete?: string;
}

const DIST = join(__dirname, "..", "dist");

export class ClusterOperator extends Construct {
  readonly functionName: string;
  readonly securityGroupId: string;
  /** The ordinary KMS key (not one of the HSMs') that encrypts secrets and logs. */
  readonly encryptionKeyArn: string;
  readonly accountId: string;
  readonly partition: string;
  readonly region: string;
  /** What every invocation waits for: permissions, rules, endpoints. */
  private readonly prerequisites: ITerraformDependable[];
  private readonly function: LambdaFunction;
  private readonly role: IamRole;
  private readonly deletionPolicy: DeletionPolicy;

  constructor(scope: Construct, id: string, props: ClusterOperatorProps) {
    super(scope, id);
    const name = props.name ?? "safe-storage";
    check(
      this,
      "name",
      name,
      (n) => /^[a-z][a-z0-9-]{0,40}$/.test(n),
      "1 to 41 lower-case letters, digits and hyphens",
    );
    this.deletionPolicy = props.deletionPolicy ?? "retain";
    this.region = props.network.region;
    this.accountId = new DataAwsCallerIdentity(this, "account").accountId;
    this.partition = new DataAwsPartition(this, "partition").partition;
    const functionName = `${name}-operator`;

    const { tags } = props;
    const key = this.encryptionKey(name, tags);
    this.encryptionKeyArn = key.arn;
    const logGroup = new CloudwatchLogGroup(this, "logs", {
      name: `/aws/lambda/${functionName}`,
      retentionInDays: props.logRetentionDays ?? 365,
      kmsKeyId: key.arn,
      tags,
    });

    const group = new SecurityGroup(this, "group", {
      namePrefix: `${functionName}-`,
      description: "The operator Lambda: AWS endpoints and HSMs, nothing else",
      vpcId: props.network.vpcId,
      tags: { ...tags, Name: functionName },
      lifecycle: { createBeforeDestroy: true },
    });
    this.securityGroupId = group.id;
    this.role = new IamRole(this, "role", {
      name: `${functionName}-${this.region}`,
      assumeRolePolicy: Fn.jsonencode({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } },
        ],
      }),
      tags,
    });
    const functionArn = this.arn("lambda", `function:${functionName}`);
    const basics = new IamRolePolicy(this, "policy-basics", {
      name: "basics",
      role: this.role.id,
      policy: policyDocument([
        { Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${logGroup.arn}:*` },
        ...vpcAccess(functionArn),
        { Action: ["secretsmanager:GetRandomPassword"], Resource: "*" }, // AWS has no resource for it
      ]),
    });

    const layer = this.layer(functionName, props.layerZip ?? join(DIST, "cloudhsm-cli-layer.zip"));
    const code = this.zip("code", props.functionZip ?? join(DIST, "operator.zip"), "npm run build:lambda");
    this.function = new LambdaFunction(this, "function", {
      functionName,
      description: "Initialises and activates the CloudHSM cluster, makes kmsuser, connects the key store",
      role: this.role.arn,
      runtime: "provided.al2023",
      architectures: ["x86_64"],
      handler: "bootstrap",
      filename: code.path,
      sourceCodeHash: code.hash,
      layers: [layer.arn],
      timeout: 900,
      memorySize: 512,
      vpcConfig: { subnetIds: props.network.subnets.map((s) => s.subnetId), securityGroupIds: [group.id] },
      tags,
      dependsOn: [basics, logGroup],
    });
    this.functionName = this.function.functionName;
    this.prerequisites = [
      basics,
      ...this.connect("endpoints", props.network.endpointSecurityGroupId, 443, 443),
      ...props.network.endpoints,
    ];
  }

  /** Adds an inline policy to the operator's role; later invocations wait for it. */
  allow(id: string, statements: PolicyStatement[]): void {
    this.prerequisites.push(
      new IamRolePolicy(this, `policy-${id}`, {
        name: id,
        role: this.role.id,
        policy: policyDocument(statements),
      }),
    );
  }

  /** Opens the way to the HSMs: TCP 2223-2225, «Reconfigure the default security group», CloudHSM User Guide. */
  reachHsms(clusterSecurityGroupId: string): void {
    this.prerequisites.push(...this.connect("hsms", clusterSecurityGroupId, 2223, 2225));
  }

  /** A secret that the operator fills and reads. It is empty until then, and never in Terraform's state. */
  secret(id: string, name: string, description: string): SecretsmanagerSecret {
    const secret = new SecretsmanagerSecret(this, id, {
      name,
      description,
      kmsKeyId: this.encryptionKeyArn,
      recoveryWindowInDays: 30,
    });
    applyDeletionPolicy(this.deletionPolicy, secret);
    return secret;
  }

  /**
   * Runs an action of `lambda-runtime/actions` when the stack is deployed, and again when its input changes.
   * Returns what others can wait for: the last invocation of the chain.
   */
  invoke(
    id: string,
    action: string,
    input: Record<string, string>,
    options: InvokeOptions = {},
  ): LambdaInvocation {
    const attempts = options.attempts ?? 1;
    let invocation: LambdaInvocation | undefined;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const guards = attempt === 1 && options.onDelete !== undefined;
      invocation = new LambdaInvocation(this, attempt === 1 ? id : `${id}-${attempt}`, {
        functionName: this.function.functionName,
        input: Fn.jsonencode({
          action,
          ...input,
          ...(guards && { onDelete: options.onDelete }),
          ...(attempt === attempts && { last: true }),
        }),
        lifecycleScope: guards ? "CRUD" : "CREATE_ONLY",
        dependsOn: invocation ? [invocation] : [...this.prerequisites, ...(options.dependsOn ?? [])],
      });
    }
    return invocation!;
  }

  /** ARN of a resource of this account and region. */
  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;
  }

  private encryptionKey(name: string, tags?: Record<string, string>): KmsKey {
    const key = new KmsKey(this, "encryption-key", {
      description: `${name}: secrets and logs of the operator`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: policyDocument([
        // Source: «Default key policy», AWS KMS Developer Guide: without it IAM policies have no effect on the key.
        {
          Principal: { AWS: `arn:${this.partition}:iam::${this.accountId}:root` },
          Action: ["kms:*"],
          Resource: "*",
        },
        // Source: «Encrypt log data in CloudWatch Logs using AWS KMS», CloudWatch Logs User Guide.
        {
          Principal: { Service: `logs.${this.region}.amazonaws.com` },
          Action: [
            "kms:Encrypt",
            "kms:Decrypt",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
            "kms:GenerateDataKey",
            "kms:DescribeKey",
          ],
          Resource: "*",
          Condition: {
            ArnEquals: {
              "kms:EncryptionContext:aws:logs:arn": this.arn(
                "logs",
                `log-group:/aws/lambda/${name}-operator`,
              ),
            },
          },
        },
      ]),
      tags: { ...tags, Name: `${name}-operator` },
    });
    applyDeletionPolicy(this.deletionPolicy, key);
    return key;
  }

  private connect(id: string, group: string, fromPort: number, toPort: number): ITerraformDependable[] {
    const ports = { ipProtocol: "tcp", fromPort, toPort };
    return [
      new VpcSecurityGroupEgressRule(this, `to-${id}`, {
        securityGroupId: this.securityGroupId,
        referencedSecurityGroupId: group,
        tags: { Name: `operator to ${id}` },
        ...ports,
      }),
      new VpcSecurityGroupIngressRule(this, `into-${id}`, {
        securityGroupId: group,
        referencedSecurityGroupId: this.securityGroupId,
        tags: { Name: `operator into ${id}` },
        ...ports,
      }),
    ];
  }

  private layer(functionName: string, path: string): LambdaLayerVersion {
    const zip = this.zip("layer-zip", path, "scripts/build-layer");
    return new LambdaLayerVersion(this, "layer", {
      layerName: `${functionName}-cloudhsm-cli`,
      description: "cloudhsm-cli, jq and script",
      filename: zip.path,
      sourceCodeHash: zip.hash,
      compatibleRuntimes: ["provided.al2023"],
      compatibleArchitectures: ["x86_64"],
    });
  }

  /** A review needs no built files: then the path stays as it is, and a plan says that the file is missing. */
  private zip(id: string, path: string, builder: string): { path: string; hash: string } {
    if (!existsSync(path)) {
      Annotations.of(this).addWarning(`${path} does not exist yet: run ${builder} before you deploy`);
      return { path, hash: Fn.filebase64sha256(path) };
    }
    const asset = new TerraformAsset(this, id, { path, type: AssetType.FILE });
    return { path: asset.path, hash: Fn.filebase64sha256(asset.path) };
  }
}

interface KeyPolicyStatement extends PolicyStatement {
  readonly Principal: Record<string, string>;
}

const policyDocument = (statements: (PolicyStatement | KeyPolicyStatement)[]): string =>
  Fn.jsonencode({ Version: "2012-10-17", Statement: statements.map((s) => ({ Effect: "Allow", ...s })) });

/**
 * Lambda makes the function's network interfaces with the function's role; the function's own code may not.
 * Source: «Required IAM permissions» for functions in a VPC, AWS Lambda Developer Guide. AWS has no resource for them.
 */
function vpcAccess(functionArn: string): PolicyStatement[] {
  const Action = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
  ];
  return [
    { Action, Resource: "*" },
    {
      Effect: "Deny",
      Action,
      Resource: "*",
      Condition: { ArnEquals: { "lambda:SourceFunctionArn": functionArn } },
    },
  ];
}
