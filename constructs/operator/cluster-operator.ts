// The operator: a Lambda function in the VPC that does what Terraform has no resource for.

import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Fn, ITerraformDependable, Lazy, Token } from "cdktf";
import { Construct } from "constructs";
import {
  acceptFindings,
  AwsProps,
  applyAwsProps,
  applyDeletionPolicy,
  DeletionPolicy,
  dependenciesOf,
  NameProps,
  nameOf,
  isForServices,
  PolicyStatement,
  viaSecretsManager,
  vpcAccess,
  XRAY,
  requireRegion,
  checkFlags,
  checkMap,
} from "../private";
import { FurtherService, IHsmNetwork } from "../network";
import type { OperatorEvents } from "./operator-events";
import { OperatorFunction, OperatorFunctionProps } from "./operator-function";

/** Properties of `ClusterOperator`. */
export interface ClusterOperatorProps extends OperatorFunctionProps, NameProps, AwsProps {
  /** The network of the function, with the endpoints that it uses. */
  readonly network: IHsmNetwork;
  /**
   * Reserves one concurrent execution for the function, so that Lambda itself prevents two runs at once. An account must keep at least 100
   * executions unreserved (the newest accounts 10), so the smallest accounts cannot reserve any and refuse the deploy. The operator's lock
   * keeps runs apart in any case. Source: «Configuring reserved concurrency», AWS Lambda Developer Guide.
   * @default false
   */
  readonly reserveConcurrency?: boolean;
  /**
   * The lock of another operator that works on the same cluster, so that their runs never overlap.
   * @default a lock of its own
   */
  readonly lock?: OperatorLock;
  /**
   * Traces the function's runs with AWS X-Ray.
   * @default false
   */
  readonly tracing?: boolean;
}

/** A lock that keeps runs of operators apart. */
export interface OperatorLock {
  /** ARN of the secret with the lease. */
  readonly secretArn: string;
  /** ARN of the KMS key that encrypts this secret. */
  readonly encryptionKeyArn: string;
}

/**
 * A Lambda function in the VPC, in bash with `cloudhsm-cli`, which initialises and activates clusters, creates users and connects key
 * stores. It has only the permissions that the constructs which use it have added, reaches AWS only through endpoints, and all of its
 * actions are idempotent.
 */
export class ClusterOperator extends OperatorFunction {
  /** The lock that keeps its runs apart. Pass it as the prop `lock` to another operator on the same cluster. */
  readonly lock: OperatorLock;
  /** Security group of the function. It allows egress to the endpoints and the HSMs, and no ingress. */
  readonly securityGroupId: string;
  /** Id of the VPC that it is in. */
  readonly vpcId: string;
  private readonly roleArn: string;
  private readonly network: IHsmNetwork;
  private rotations?: LambdaPermission;

  constructor(scope: Construct, id: string, props: ClusterOperatorProps) {
    const { network } = props;
    super(scope, id, props, (self) => {
      const name = nameOf(self, props);
      return {
        functionName: `${name}-operator`,
        region: network.region,
        keyDescription: `${name}: secrets and logs of the operator`,
      };
    });
    const functionName = `${nameOf(this, props)}-operator`;
    applyAwsProps(this, props);
    if (props.lock !== undefined)
      checkMap(this, "lock", props.lock, "the lock of another operator: { secretArn, encryptionKeyArn }");
    checkFlags(this, { reserveConcurrency: props.reserveConcurrency, tracing: props.tracing });
    this.vpcId = network.vpcId;
    requireRegion(this, this.region);

    const group = new SecurityGroup(this, "group", {
      namePrefix: `${functionName}-`,
      description: "The operator Lambda: AWS endpoints and HSMs, nothing else",
      vpcId: network.vpcId,
      tags: { Name: functionName },
      lifecycle: { createBeforeDestroy: true },
    });
    this.securityGroupId = group.id;
    this.roleArn = this.role.arn; // read once: each read gives another token, and the network distinguishes roles by it
    this.network = network;
    this.lock = props.lock ?? this.ownLock(functionName);
    this.makeFunction(
      functionName,
      [
        ...vpcAccess(this.arn("lambda", `function:${functionName}`)),
        {
          Action: [
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecret",
          ],
          Resource: this.lock.secretArn,
        },
        viaSecretsManager(this.region, this.encryptionKeyArn),
        ...(props.lock ? [viaSecretsManager(this.region, props.lock.encryptionKeyArn)] : []),
        ...(props.tracing ? [XRAY] : []),
      ],
      {
        description: "Initialises and activates the CloudHSM cluster, makes kmsuser, connects the key store",
        environment: {
          // Evaluated later, because endpoints may be added.
          variables: Token.asStringMap(
            Lazy.anyValue({
              produce: () => ({ LOCK_SECRET_ARN: this.lock.secretArn, ...endpointVariables(network) }),
            }),
          ),
        },
        reservedConcurrentExecutions: props.reserveConcurrency ? 1 : undefined,
        tracingConfig: props.tracing ? { mode: "Active" } : undefined,
        vpcConfig: { subnetIds: network.subnets.map((s) => s.subnetId), securityGroupIds: [group.id] },
        dependsOn: network.reservations,
      },
    );
    this.prerequisites.push(
      ...this.connect("endpoints", network.endpointSecurityGroupId, 443, 443),
      ...network.endpoints,
    );
  }

  private ownLock(functionName: string): OperatorLock {
    // Its value is worthless once the function is deleted, and the next deploy needs its name.
    const secret = new SecretsmanagerSecret(this, "lock", {
      name: `${functionName}/lock`,
      kmsKeyId: this.encryptionKeyArn,
      recoveryWindowInDays: 0,
      // The operator notes there until when the lock is held.
      lifecycle: { ignoreChanges: ["description"] },
    });
    acceptFindings(secret, { CKV2_AWS_57: "It holds no secret: its version is a lock." });
    return { secretArn: secret.arn, encryptionKeyArn: this.encryptionKeyArn };
  }

  /** Adds an inline policy to the operator's role, and allows its calls through the network's endpoints. Later invocations depend on it. */
  override allow(id: string, statements: PolicyStatement[]): IamRolePolicy {
    // Calls that a service makes for the operator do not go through the endpoints.
    const own = statements.filter((s) => s.Effect !== "Deny" && !isForServices(s));
    this.network.permit(
      this.roleArn,
      own.flatMap((s) => s.Action),
    );
    return super.allow(id, statements);
  }

  /** Adds the endpoint of a service in addition to the usual ones, for later invocations. */
  reach(service: FurtherService): ITerraformDependable[] {
    return this.network.reach(service);
  }

  /** Allows the operator to reach the HSMs: TCP 2223-2225, «Reconfigure the default security group», CloudHSM User Guide. */
  reachHsms(clusterSecurityGroupId: string): void {
    this.prerequisites.push(...this.connect("hsms", clusterSecurityGroupId, 2223, 2225));
  }

  /**
   * Creates a secret that the operator fills and reads. Until then it is empty; its value is never in the Terraform state. By its `tags` the
   * operator knows whose password it is when Secrets Manager rotates it.
   */
  secret(
    id: string,
    name: string,
    description: string,
    recoveryWindowInDays = 30,
    tags?: Record<string, string>,
  ): SecretsmanagerSecret {
    const secret = new SecretsmanagerSecret(this, id, {
      name,
      description,
      kmsKeyId: this.encryptionKeyArn,
      recoveryWindowInDays,
      tags,
      // Its name holds a cluster's id. A cluster that is restored from a backup has another one, and the same passwords.
      lifecycle: { ignoreChanges: ["name"] },
    });
    applyDeletionPolicy(this.deletionPolicy, secret);
    return secret;
  }

  /**
   * Guards what `scope` has created, with an invocation that Terraform's destroy must pass first. Unlike `prevent_destroy`, it is in the
   * state, so it also holds if the line of code was removed. Under `retain` it refuses; under `delete` it runs `onDelete`, an action that
   * refuses while something living depends on the resource.
   */
  guard(
    scope: Construct,
    policy: DeletionPolicy,
    input: OperatorEvents["retain"] & Partial<OperatorEvents["guard-cluster"]>,
    dependsOn: ITerraformDependable[],
    onDelete: "nothing" | "guard-cluster" = "nothing",
  ): LambdaInvocation {
    return this.beforeDestroy(scope, "guard", policy === "retain" ? "retain" : onDelete, input, dependsOn);
  }

  /** Runs an action before a destroy reaches `dependsOn`; if the action fails, they are kept. */
  beforeDestroy<Action extends keyof OperatorEvents>(
    scope: Construct,
    id: string,
    action: Action,
    input: OperatorEvents[Action],
    dependsOn: ITerraformDependable[],
  ): LambdaInvocation {
    return new LambdaInvocation(scope, id, {
      functionName: this.functionName,
      input: Fn.jsonencode({ action: "nothing", ...input, onDelete: action }),
      lifecycleScope: "CRUD",
      dependsOn: dependenciesOf(scope, [...this.prerequisites, ...dependsOn]),
    });
  }

  /**
   * Lets Secrets Manager rotate a secret every so many days, by this operator. The operator needs the rights to set the password. Source:
   * «Lambda function rotation», AWS Secrets Manager User Guide.
   */
  rotate(
    scope: Construct,
    id: string,
    secret: SecretsmanagerSecret,
    days: number,
    dependsOn: ITerraformDependable[],
  ): void {
    this.rotations ??= new LambdaPermission(this, "rotations", {
      action: "lambda:InvokeFunction",
      functionName: this.functionName,
      principal: "secretsmanager.amazonaws.com",
      sourceAccount: this.accountId,
    });
    new SecretsmanagerSecretRotation(scope, id, {
      secretId: secret.id,
      rotationLambdaArn: this.functionArn,
      rotationRules: { automaticallyAfterDays: days },
      // The deploy has just set the first one.
      rotateImmediately: false,
      dependsOn: dependenciesOf(scope, [this.rotations, ...this.prerequisites, ...dependsOn]),
    });
  }

  private connect(id: string, group: string, fromPort: number, toPort: number): ITerraformDependable[] {
    const ports = { ipProtocol: "tcp", fromPort, toPort };
    return [
      new VpcSecurityGroupEgressRule(this, `to-${id}`, {
        securityGroupId: this.securityGroupId,
        referencedSecurityGroupId: group,
        description: id === "hsms" ? "The operator calls the HSMs" : "The operator calls AWS",
        tags: { Name: `operator to ${id}` },
        ...ports,
      }),
      new VpcSecurityGroupIngressRule(this, `into-${id}`, {
        securityGroupId: group,
        referencedSecurityGroupId: this.securityGroupId,
        description: id === "hsms" ? "The operator calls the HSMs" : "The operator calls AWS",
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
    AWS_ENDPOINT_URL_FSX: endpointUrls.fsx,
  };
  return Object.fromEntries(Object.entries(variables).filter(([, url]) => url)) as Record<string, string>;
}
