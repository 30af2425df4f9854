// The operator: a Lambda function in the VPC that does what Terraform has no resource for.

import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config";
import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import { LambdaLayerVersion } from "@cdktf/provider-aws/lib/lambda-layer-version";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Fn, ITerraformDependable, Lazy, Token } from "cdktf";
import { Construct } from "constructs";
import { AwsProps, applyAwsProps } from "./aws-props";
import { applyDeletionPolicy, DeletionPolicy, deletionPolicyOf } from "./deletion-policy";
import { dependenciesOf } from "./dependencies";
import { FurtherService, IHsmNetwork } from "./hsm-network";
import { NameProps, nameOf } from "./name";
import { functionFile, layerFile } from "./built-files";
import {
  accountDecides,
  isForServices,
  logsMayEncrypt,
  policyDocument,
  PolicyStatement,
  ResourcePolicyStatement,
  viaSecretsManager,
  vpcAccess,
  XRAY,
} from "./policy-document";
import { requireRegion } from "./provider-region";
import { check, checkFlags } from "./validation";

const ARCHITECTURES = ["x86_64", "arm64"] as const;
/** Lambda's instruction sets. */
export type OperatorArchitecture = (typeof ARCHITECTURES)[number];

/** Source: PutRetentionPolicy, Amazon CloudWatch Logs API Reference. */
const LOG_RETENTION_DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** What a `ClusterOperator` is made of. */
export interface ClusterOperatorProps extends NameProps, AwsProps {
  /** Where the function stands, and the endpoints that it uses. */
  readonly network: IHsmNetwork;
  /**
   * Instruction set of the function and its layer.
   * @default "x86_64"
   */
  readonly architecture?: OperatorArchitecture;
  /**
   * Path of the layer's zip with `cloudhsm-cli` for this architecture, which `scripts/build-layer` makes.
   * @default "dist/cloudhsm-cli-layer-x86_64.zip" of this package, or `-arm64`
   */
  readonly layerZip?: string;
  /**
   * Path of the function's zip, which `npm run build` makes from `lambda-runtime/`.
   * @default "dist/operator.zip" of this package
   */
  readonly functionZip?: string;
  /**
   * How long logs are kept, in days; a value that CloudWatch Logs knows, or 0 for ever.
   * @default 365
   */
  readonly logRetentionDays?: number;
  /**
   * Reserves one concurrent execution for the function, so that Lambda itself lets no two runs happen at once. An account
   * keeps at least 100 executions unreserved (the newest ones 10), so the smallest cannot reserve any and refuse the
   * deploy; the operator's lock keeps runs apart in any case. Source: «Configuring reserved concurrency», AWS Lambda
   * Developer Guide.
   * @default false
   */
  readonly reserveConcurrency?: boolean;
  /**
   * The lock of another operator that works on the same cluster, so that the two take turns.
   * @default a lock of its own
   */
  readonly lock?: OperatorLock;
  /**
   * Traces the function's runs with AWS X-Ray.
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * What a destroy does with the key that encrypts the secrets, and with the secrets.
   * @default "retain"
   */
  readonly deletionPolicy?: DeletionPolicy;
}

/** Keeps runs of operators apart. */
export interface OperatorLock {
  /** Secret with the lease. */
  readonly secretArn: string;
  /** ARN of the KMS key that encrypts this secret. */
  readonly encryptionKeyArn: string;
}

/** How an action is invoked. */
export interface InvokeOptions {
  /**
   * What must be done before.
   * @default nothing but the operator itself
   */
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
  /**
   * Never again, whatever becomes of the input: for what others take from its result.
   * @default false
   */
  readonly once?: boolean;
}

/**
 * A bash Lambda in the VPC with `cloudhsm-cli`, which initialises and activates clusters, makes users and connects key
 * stores. It may do only what the constructs that use it have allowed, reaches AWS by endpoints only, and every action of
 * it can be repeated.
 */
export class ClusterOperator extends Construct {
  /** The lock that keeps its runs apart; another operator on the same cluster takes it as its prop `lock`. */
  readonly lock: OperatorLock;
  /** Name of the Lambda function. */
  readonly functionName: string;
  /** Security group of the function: out to endpoints and HSMs, nothing in. */
  readonly securityGroupId: string;
  /** The ordinary KMS key (not one of the HSMs') that encrypts secrets and logs. */
  readonly encryptionKeyArn: string;
  /** Queue with the events of scheduled runs that failed in all their attempts; kept for 14 days. */
  readonly failedEventsQueueUrl: string;
  /** ARN of this queue. */
  readonly failedEventsQueueArn: string;
  /** Name of this queue. */
  readonly failedEventsQueueName: string;
  /** ARN of the Lambda function. */
  readonly functionArn: string;
  /** Id of the account that is deployed to; known at deploy. */
  readonly accountId: string;
  /** AWS's partition, such as `aws`; known at deploy. */
  readonly partition: string;
  /** Name of the region, known at synth. */
  readonly region: string;
  /** Id of the VPC that it is in. */
  readonly vpcId: string;
  /** What every invocation waits for: permissions, rules, endpoints. */
  private readonly prerequisites: ITerraformDependable[] = [];
  private readonly function: LambdaFunction;
  private readonly role: IamRole;
  private readonly roleArn: string;
  private readonly network: IHsmNetwork;
  private readonly deletionPolicy: DeletionPolicy;
  private readonly keyStatements: ResourcePolicyStatement[];

  constructor(scope: Construct, id: string, props: ClusterOperatorProps) {
    super(scope, id);
    const name = nameOf(this, props);
    applyAwsProps(this, props);
    const architecture = props.architecture ?? "x86_64";
    check(
      this,
      "architecture",
      architecture,
      (a) => ARCHITECTURES.includes(a),
      `one of ${ARCHITECTURES.join(", ")}`,
    );
    this.deletionPolicy = deletionPolicyOf(this, props);
    checkFlags(this, { reserveConcurrency: props.reserveConcurrency, tracing: props.tracing });
    const retention = props.logRetentionDays ?? 365;
    check(
      this,
      "logRetentionDays",
      retention,
      (days) => LOG_RETENTION_DAYS.includes(days),
      `one of ${LOG_RETENTION_DAYS.join(", ")}, or 0 for ever`,
    );
    this.region = props.network.region;
    this.vpcId = props.network.vpcId;
    requireRegion(this, this.region);
    this.accountId = new DataAwsCallerIdentity(this, "account").accountId;
    this.partition = new DataAwsPartition(this, "partition").partition;
    const functionName = `${name}-operator`;

    this.keyStatements = [
      accountDecides(this.partition, this.accountId),
      logsMayEncrypt(this.region, this.arn("logs", `log-group:/aws/lambda/${functionName}`)),
    ];
    const key = new KmsKey(this, "encryption-key", {
      description: `${name}: secrets and logs of the operator`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: Lazy.stringValue({ produce: () => policyDocument(this.keyStatements) }),
      tags: { Name: functionName },
    });
    applyDeletionPolicy(this.deletionPolicy, key);
    this.encryptionKeyArn = key.arn;
    const logGroup = new CloudwatchLogGroup(this, "logs", {
      name: `/aws/lambda/${functionName}`,
      retentionInDays: retention,
      kmsKeyId: key.arn,
    });

    const group = new SecurityGroup(this, "group", {
      namePrefix: `${functionName}-`,
      description: "The operator Lambda: AWS endpoints and HSMs, nothing else",
      vpcId: props.network.vpcId,
      tags: { Name: functionName },
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
    });
    this.roleArn = this.role.arn; // read once: each reading is another token, and the network tells roles apart by it
    this.network = props.network;
    this.lock = props.lock ?? this.ownLock(functionName);
    const failed = new SqsQueue(this, "failed-events", {
      name: `${functionName}-failed-events`,
      messageRetentionSeconds: 14 * 24 * 3600,
      sqsManagedSseEnabled: true,
    });
    this.failedEventsQueueUrl = failed.url;
    this.failedEventsQueueArn = failed.arn;
    this.failedEventsQueueName = failed.name;
    const functionArn = this.arn("lambda", `function:${functionName}`);
    const basics = this.allow("basics", [
      { Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${logGroup.arn}:*` },
      ...vpcAccess(functionArn),
      { Action: ["sqs:SendMessage"], Resource: failed.arn },
      {
        Action: [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetSecretValue",
          "secretsmanager:PutSecretValue",
          "secretsmanager:UpdateSecret",
        ],
        Resource: this.lock.secretArn,
      },
      viaSecretsManager(this.region, key.arn),
      ...(props.lock ? [viaSecretsManager(this.region, props.lock.encryptionKeyArn)] : []),
      ...(props.tracing ? [XRAY] : []),
    ]);

    const zip = layerFile(this, architecture, props.layerZip);
    const layer = new LambdaLayerVersion(this, "layer", {
      layerName: `${functionName}-cloudhsm-cli`,
      description: "cloudhsm-cli, jq and script",
      filename: zip.path,
      sourceCodeHash: zip.hash,
      compatibleRuntimes: ["provided.al2023"],
      compatibleArchitectures: [architecture],
    });
    const code = functionFile(this, props.functionZip);
    this.function = new LambdaFunction(this, "function", {
      functionName,
      description: "Initialises and activates the CloudHSM cluster, makes kmsuser, connects the key store",
      role: this.role.arn,
      runtime: "provided.al2023",
      architectures: [architecture],
      handler: "operator.handle",
      filename: code.path,
      sourceCodeHash: code.hash,
      layers: [layer.arn],
      timeout: 900,
      memorySize: 512,
      environment: {
        // Later: further endpoints may come.
        variables: Token.asStringMap(
          Lazy.anyValue({
            produce: () => ({ LOCK_SECRET_ARN: this.lock.secretArn, ...endpointVariables(props.network) }),
          }),
        ),
      },
      reservedConcurrentExecutions: props.reserveConcurrency ? 1 : undefined,
      tracingConfig: props.tracing ? { mode: "Active" } : undefined,
      vpcConfig: { subnetIds: props.network.subnets.map((s) => s.subnetId), securityGroupIds: [group.id] },
      dependsOn: [basics, logGroup],
    });
    this.functionName = this.function.functionName;
    this.functionArn = this.function.arn;
    // Of asynchronous runs, as schedules make them: Lambda tries each three times, then puts its event here.
    new LambdaFunctionEventInvokeConfig(this, "asynchronous-runs", {
      functionName: this.functionName,
      destinationConfig: { onFailure: { destination: failed.arn } },
    });
    this.prerequisites.push(
      ...this.connect("endpoints", props.network.endpointSecurityGroupId, 443, 443),
      ...props.network.endpoints,
    );
  }

  private ownLock(functionName: string): OperatorLock {
    // What it holds is worth nothing once the function is gone, and its name is wanted again by the next deploy.
    const secret = new SecretsmanagerSecret(this, "lock", {
      name: `${functionName}/lock`,
      kmsKeyId: this.encryptionKeyArn,
      recoveryWindowInDays: 0,
      // The operator notes there until when the lock is held.
      lifecycle: { ignoreChanges: ["description"] },
    });
    return { secretArn: secret.arn, encryptionKeyArn: this.encryptionKeyArn };
  }

  /**
   * Adds an inline policy to the operator's role, and lets its calls through the network's endpoints; later invocations
   * wait for it.
   */
  allow(id: string, statements: PolicyStatement[]): IamRolePolicy {
    const policy = new IamRolePolicy(this, `policy-${id}`, {
      name: id,
      role: this.role.id,
      policy: policyDocument(statements),
    });
    this.prerequisites.push(policy);
    // What a service does for the operator does not pass the endpoints.
    const own = statements.filter((s) => s.Effect !== "Deny" && !isForServices(s));
    this.network.permit(
      this.roleArn,
      own.flatMap((s) => s.Action),
    );
    return policy;
  }

  /** Lets a service use the key that encrypts secrets and logs, for what is encrypted beside them. */
  letUseKey(statement: ResourcePolicyStatement): void {
    this.keyStatements.push(statement);
  }

  /** The way to a service beside the usual ones, for what it is invoked for later. */
  reach(service: FurtherService): ITerraformDependable[] {
    return this.network.reach(service);
  }

  /** Opens the way to the HSMs: TCP 2223-2225, «Reconfigure the default security group», CloudHSM User Guide. */
  reachHsms(clusterSecurityGroupId: string): void {
    this.prerequisites.push(...this.connect("hsms", clusterSecurityGroupId, 2223, 2225));
  }

  /** A secret that the operator fills and reads. It is empty until then, and never in Terraform's state. */
  secret(id: string, name: string, description: string, recoveryWindowInDays = 30): SecretsmanagerSecret {
    const secret = new SecretsmanagerSecret(this, id, {
      name,
      description,
      kmsKeyId: this.encryptionKeyArn,
      recoveryWindowInDays,
      // Its name holds a cluster's id. A cluster that is restored from a backup has another one, and the same passwords.
      lifecycle: { ignoreChanges: ["name"] },
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
    input: Record<string, unknown>,
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
        lifecycle: options.once ? { ignoreChanges: ["input"] } : undefined,
        dependsOn: invocation
          ? [invocation]
          : dependenciesOf(this, [...this.prerequisites, ...(options.dependsOn ?? [])]),
      });
    }
    return invocation!;
  }

  /**
   * Guards what `scope` has made, by an invocation that Terraform's destroy must pass before it. Unlike `prevent_destroy` it
   * is in the state, and so holds also where the line of code is gone. Under `retain` it refuses; under `delete` it runs
   * `onDelete`, an action that refuses while something living depends on it.
   */
  guard(
    scope: Construct,
    policy: DeletionPolicy,
    input: Record<string, string> & { resource: string },
    dependsOn: ITerraformDependable[],
    onDelete = "nothing",
  ): LambdaInvocation {
    return this.beforeDestroy(scope, "guard", policy === "retain" ? "retain" : onDelete, input, dependsOn);
  }

  /** Runs an action before a destroy passes on to `dependsOn`; where the action fails, they stay. */
  beforeDestroy(
    scope: Construct,
    id: string,
    action: string,
    input: Record<string, string>,
    dependsOn: ITerraformDependable[],
  ): LambdaInvocation {
    return new LambdaInvocation(scope, id, {
      functionName: this.function.functionName,
      input: Fn.jsonencode({ action: "nothing", ...input, onDelete: action }),
      lifecycleScope: "CRUD",
      dependsOn: dependenciesOf(scope, [...this.prerequisites, ...dependsOn]),
    });
  }

  /** ARN of a resource of this account and region. */
  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;
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
}

/** Where the function finds the endpoints, by the variables that SDKs have for it. */
function endpointVariables({ endpointUrls }: IHsmNetwork): Record<string, string> {
  const variables = {
    AWS_ENDPOINT_URL_CLOUDHSM_V2: endpointUrls.cloudhsmv2,
    AWS_ENDPOINT_URL_KMS: endpointUrls.kms,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpointUrls.secretsmanager,
    AWS_ENDPOINT_URL_SNS: endpointUrls.sns,
  };
  return Object.fromEntries(Object.entries(variables).filter(([, url]) => url)) as Record<string, string>;
}
