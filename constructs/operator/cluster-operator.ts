// The operator: a Lambda function in the VPC that does what Terraform has no resource for.

import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Fn, ITerraformDependable, Lazy, Token } from "cdktf";
import { Construct } from "constructs";
import {
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
  /** Where the function stands, and the endpoints that it uses. */
  readonly network: IHsmNetwork;
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
}

/** Keeps runs of operators apart. */
export interface OperatorLock {
  /** Secret with the lease. */
  readonly secretArn: string;
  /** ARN of the KMS key that encrypts this secret. */
  readonly encryptionKeyArn: string;
}

/**
 * A bash Lambda in the VPC with `cloudhsm-cli`, which initialises and activates clusters, makes users and connects key
 * stores. It may do only what the constructs that use it have allowed, reaches AWS by endpoints only, and every action of
 * it can be repeated.
 */
export class ClusterOperator extends OperatorFunction {
  /** The lock that keeps its runs apart; another operator on the same cluster takes it as its prop `lock`. */
  readonly lock: OperatorLock;
  /** Security group of the function: out to endpoints and HSMs, nothing in. */
  readonly securityGroupId: string;
  /** Id of the VPC that it is in. */
  readonly vpcId: string;
  private readonly roleArn: string;
  private readonly network: IHsmNetwork;

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
    this.roleArn = this.role.arn; // read once: each reading is another token, and the network tells roles apart by it
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
          // Later: further endpoints may come.
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
  override allow(id: string, statements: PolicyStatement[]): IamRolePolicy {
    // What a service does for the operator does not pass the endpoints.
    const own = statements.filter((s) => s.Effect !== "Deny" && !isForServices(s));
    this.network.permit(
      this.roleArn,
      own.flatMap((s) => s.Action),
    );
    return super.allow(id, statements);
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
   * Guards what `scope` has made, by an invocation that Terraform's destroy must pass before it. Unlike `prevent_destroy` it
   * is in the state, and so holds also where the line of code is gone. Under `retain` it refuses; under `delete` it runs
   * `onDelete`, an action that refuses while something living depends on it.
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

  /** Runs an action before a destroy passes on to `dependsOn`; where the action fails, they stay. */
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
    AWS_ENDPOINT_URL_FSX: endpointUrls.fsx,
  };
  return Object.fromEntries(Object.entries(variables).filter(([, url]) => url)) as Record<string, string>;
}
