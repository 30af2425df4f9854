// A Lambda function that runs the actions of lambda-runtime, with its key, logs, role and queue of failed events.

import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { LambdaFunction, LambdaFunctionConfig } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config";
import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import { LambdaLayerVersion } from "@cdktf/provider-aws/lib/lambda-layer-version";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Fn, ITerraformDependable, Lazy } from "cdktf";
import { Construct } from "constructs";
import {
  acceptFindings,
  functionFile,
  layerFile,
  applyDeletionPolicy,
  DeletionPolicy,
  deletionPolicyOf,
  dependenciesOf,
  accountDecides,
  logsMayEncrypt,
  policyDocument,
  PolicyStatement,
  ResourcePolicyStatement,
  check,
  checkLogRetention,
} from "../private";
import type { FurtherService } from "../network";
import type { OperatorEvents } from "./operator-events";

const ARCHITECTURES = ["x86_64", "arm64"] as const;
/** Lambda's instruction sets. */
export type OperatorArchitecture = (typeof ARCHITECTURES)[number];

/** Properties of the function and its logs. */
export interface OperatorFunctionProps {
  /**
   * Instruction set of the function and its layer.
   * @default "x86_64"
   */
  readonly architecture?: OperatorArchitecture;
  /**
   * Path of the layer's zip with `cloudhsm-cli` for this architecture, which `safe-storage build-layer` makes.
   * @default "dist/cloudhsm-cli-layer-x86_64.zip" of the folder that the app runs in, or `-arm64`
   */
  readonly layerZip?: string;
  /**
   * Path of the function's zip, which `npm run build` makes from `lambda-runtime/`.
   * @default "dist/operator.zip" of this package
   */
  readonly functionZip?: string;
  /**
   * Retention of logs in days; a value that CloudWatch Logs accepts, or 0 to keep them for ever.
   * @default 365
   */
  readonly logRetentionDays?: number;
  /**
   * What a destroy does with the key that encrypts the secrets, and with the secrets.
   * @default "retain"
   */
  readonly deletionPolicy?: DeletionPolicy;
}

/** An action that a destroy runs, with the members of its event in addition to those of the deploy. */
export interface ActionOnDelete {
  /** Its name. */
  readonly action: keyof OperatorEvents;
  /** Members of its event. */
  readonly [member: string]: unknown;
}

/** Options of an invocation. */
export interface InvokeOptions {
  /**
   * Dependencies of the invocation.
   * @default nothing but the function itself
   */
  readonly dependsOn?: ITerraformDependable[];
  /**
   * Number of invocations in a row while the action answers `pending`: a function lives 15 minutes at most.
   * @default 1
   */
  readonly attempts?: number;
  /**
   * Action that a destroy runs first; its failure stops the destroy with its message.
   * @default none, a destroy calls nothing
   */
  readonly onDelete?: ActionOnDelete;
  /**
   * Never again, whatever becomes of the input: for what others take from its result.
   * @default false
   */
  readonly once?: boolean;
}

/** How a kind of operator calls its parts. */
interface Names {
  functionName: string;
  region: string;
  /** What the encryption key is for. */
  keyDescription: string;
}

/** A function whose code is `lambda-runtime/`: a `ClusterOperator`, or the one that copies backups. */
export abstract class OperatorFunction extends Construct {
  /** The ordinary KMS key (not one of the HSMs') that encrypts secrets and logs. */
  readonly encryptionKeyArn: string;
  /** Queue with the events of scheduled runs that failed in all their attempts; kept for 14 days. */
  readonly failedEventsQueueUrl: string;
  /** ARN of this queue. */
  readonly failedEventsQueueArn: string;
  /** Name of this queue. */
  readonly failedEventsQueueName: string;
  /** Id of the account that is deployed to; known at deploy. */
  readonly accountId: string;
  /** AWS's partition, such as `aws`; known at deploy. */
  readonly partition: string;
  /** Name of the region, known at synth. */
  readonly region: string;
  /** What it was built of, for functions beside it. */
  readonly runsOn: OperatorFunctionProps;
  /** Dependencies of every invocation: permissions, rules, endpoints. */
  protected readonly prerequisites: ITerraformDependable[] = [];
  /** What a destroy does with keys and secrets. */
  protected readonly deletionPolicy: DeletionPolicy;
  /** What the function may do. */
  protected readonly role: IamRole;
  private readonly logGroup: CloudwatchLogGroup;
  private made?: LambdaFunction;
  private readonly keyStatements: ResourcePolicyStatement[];

  protected constructor(
    scope: Construct,
    id: string,
    props: OperatorFunctionProps,
    names: (scope: Construct) => Names,
  ) {
    super(scope, id);
    const { architecture = "x86_64", logRetentionDays = 365 } = props;
    const { functionName, region, keyDescription } = names(this);
    check(
      this,
      "architecture",
      architecture,
      (a) => ARCHITECTURES.includes(a),
      `one of ${ARCHITECTURES.join(", ")}`,
    );
    this.deletionPolicy = deletionPolicyOf(this, props);
    checkLogRetention(this, "logRetentionDays", logRetentionDays);
    const { layerZip, functionZip, deletionPolicy } = props;
    this.runsOn = { architecture, layerZip, functionZip, logRetentionDays, deletionPolicy };
    this.region = region;
    this.accountId = new DataAwsCallerIdentity(this, "account").accountId;
    this.partition = new DataAwsPartition(this, "partition").partition;

    this.keyStatements = [
      accountDecides(this.partition, this.accountId),
      logsMayEncrypt(this.region, this.arn("logs", `log-group:/aws/lambda/${functionName}`)),
    ];
    const key = new KmsKey(this, "encryption-key", {
      description: keyDescription,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: Lazy.stringValue({ produce: () => policyDocument(this.keyStatements) }),
      tags: { Name: functionName },
    });
    applyDeletionPolicy(this.deletionPolicy, key);
    this.encryptionKeyArn = key.arn;
    this.logGroup = new CloudwatchLogGroup(this, "logs", {
      name: `/aws/lambda/${functionName}`,
      retentionInDays: logRetentionDays,
      kmsKeyId: key.arn,
    });
    this.role = new IamRole(this, "role", {
      name: `${functionName}-${this.region}`,
      assumeRolePolicy: Fn.jsonencode({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } },
        ],
      }),
    });
    const failed = new SqsQueue(this, "failed-events", {
      name: `${functionName}-failed-events`,
      messageRetentionSeconds: 14 * 24 * 3600,
      sqsManagedSseEnabled: true,
    });
    this.failedEventsQueueUrl = failed.url;
    this.failedEventsQueueArn = failed.arn;
    this.failedEventsQueueName = failed.name;
  }

  /** Name of the Lambda function. */
  get functionName(): string {
    return this.made!.functionName;
  }

  /** ARN of the Lambda function. */
  get functionArn(): string {
    return this.made!.arn;
  }

  /** Makes the function itself, with `statements` as its first rights beside those to its logs and its queue. */
  protected makeFunction(
    functionName: string,
    statements: PolicyStatement[],
    config: Partial<LambdaFunctionConfig>,
  ): void {
    const { architecture, layerZip, functionZip } = this.runsOn;
    const basics = this.allow("basics", [
      { Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${this.logGroup.arn}:*` },
      { Action: ["sqs:SendMessage"], Resource: this.failedEventsQueueArn },
      ...statements,
    ]);
    const zip = layerFile(this, architecture!, layerZip);
    const layer = new LambdaLayerVersion(this, "layer", {
      layerName: `${functionName}-cloudhsm-cli`,
      description: "cloudhsm-cli, jq and script",
      filename: zip.path,
      sourceCodeHash: zip.hash,
      compatibleRuntimes: ["provided.al2023"],
      compatibleArchitectures: [architecture!],
    });
    const code = functionFile(this, functionZip);
    this.made = new LambdaFunction(this, "function", {
      functionName,
      role: this.role.arn,
      runtime: "provided.al2023",
      architectures: [architecture!],
      handler: "operator.handle",
      filename: code.path,
      sourceCodeHash: code.hash,
      layers: [layer.arn],
      timeout: 900,
      memorySize: 512,
      ...config,
      dependsOn: [basics, this.logGroup, ...dependenciesOf(this, config.dependsOn ?? [])],
    });
    acceptFindings(this.made, {
      CKV_AWS_115:
        "Reserved concurrency is taken from the account's other functions; reserveConcurrency of ClusterOperator sets it. A lock lets one run at a time change the cluster.",
      CKV_AWS_116:
        "Events that failed in all attempts go to a queue as the destination of asynchronous runs, which also holds the error; its alarm notifies.",
      CKV_AWS_272:
        "The code and the layer are files of the app; their hashes are in the plan, and build-layer has verified the packages' signatures.",
      ...(config.environment && {
        CKV_AWS_173:
          "The environment holds ARNs and addresses of endpoints, no secret. With a key of its own the function would not start while that key is disabled.",
      }),
      ...(!config.vpcConfig && {
        CKV_AWS_117: "It calls two regions' APIs, which no VPC's endpoints reach, and handles no secret.",
      }),
      ...(!config.tracingConfig && {
        CKV_AWS_50:
          "X-Ray needs rights to every resource; tracing of ClusterOperator turns it on. Each step is in the function's log.",
      }),
    });
    // Of asynchronous runs, as schedules make them: Lambda tries each three times, then puts its event here.
    new LambdaFunctionEventInvokeConfig(this, "asynchronous-runs", {
      functionName: this.functionName,
      destinationConfig: { onFailure: { destination: this.failedEventsQueueArn } },
    });
  }

  /** Adds an inline policy to the function's role. Later invocations depend on it. */
  allow(id: string, statements: PolicyStatement[]): IamRolePolicy {
    const policy = new IamRolePolicy(this, `policy-${id}`, {
      name: id,
      role: this.role.id,
      policy: policyDocument(statements),
    });
    this.prerequisites.push(policy);
    return policy;
  }

  /** Lets a service use the key that encrypts secrets and logs, for what is encrypted beside them. */
  letUseKey(statement: ResourcePolicyStatement): void {
    this.keyStatements.push(statement);
  }

  /** Adds the endpoint of a service in addition to the usual ones, for later invocations. */
  abstract reach(service: FurtherService): ITerraformDependable[];

  /**
   * Runs an action of `lambda-runtime/actions` when the stack is deployed, and again when its input changes or it has failed.
   * Returns what others can wait for: the last invocation of the chain.
   */
  invoke<Action extends keyof OperatorEvents>(
    id: string,
    action: Action,
    input: OperatorEvents[Action],
    { attempts = 1, dependsOn = [], onDelete, once }: InvokeOptions = {},
  ): LambdaInvocation {
    const lifecycle = once ? { ignoreChanges: ["input"] } : undefined;
    const before = dependenciesOf(this, [...this.prerequisites, ...dependsOn]);
    let invocation: LambdaInvocation | undefined;
    for (let attempt = 1; attempt <= attempts; attempt++)
      invocation = new LambdaInvocation(this, attempt === 1 && !onDelete ? id : `${id}-${attempt}`, {
        functionName: this.functionName,
        input: Fn.jsonencode({ action, ...input, ...(attempt === attempts && { last: true }) }),
        lifecycleScope: "CREATE_ONLY",
        lifecycle,
        dependsOn: invocation ? [invocation] : dependenciesOf(this, [...this.prerequisites, ...dependsOn]),
      });
    if (!onDelete) return invocation!;
    // Of an update that has failed under CRUD the provider keeps the new input, and Terraform sees nothing left to do, so this one does
    // nothing on update: hashicorp/terraform-provider-aws#43447. It comes last: what has failed to be made, nothing should undo. When it is
    // made, it runs the action once more, which it may have undone in a destroy that went no further.
    return new LambdaInvocation(this, id, {
      functionName: this.functionName,
      input: Fn.jsonencode({ ...onDelete, ...input, action, onUpdate: "nothing", onDelete: onDelete.action }),
      lifecycleScope: "CRUD",
      lifecycle,
      dependsOn: [invocation!, ...before],
    });
  }

  /** ARN of a resource of this account and region. */
  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;
  }
}
