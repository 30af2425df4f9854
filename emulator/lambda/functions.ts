// Invoking functions: moto keeps their configuration, we keep their code and run it.

import { readFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { CreateLogStreamCommand, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import { FunctionConfiguration, GetFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { mayRole, roleNameOf } from "../access/access";
import { endSessions } from "../cloudhsm/device";
import { Context } from "../core/context";
import { AwsError } from "../core/errors";
import { Moto } from "../moto/moto";
import { CodeStore, unpack } from "./code";
import { reservedConcurrency, throttled } from "./concurrency";
import { Environment, Outcome } from "./environment";
import { FunctionInterfaces } from "./network-interfaces";

/** Who the function's credentials are: the network that its calls come from. */
export interface Caller {
  functionName: string;
  region: string;
  vpcId?: string;
  securityGroupIds: string[];
  /** Addresses of services that the function was given by the SDKs' variables. */
  endpointUrls: string[];
}

interface Warm {
  environment: Environment;
  /** Changes with code and configuration, which end an environment. */
  revision: string;
  busy: boolean;
  logStream: string;
  lines: string[];
}

export class Functions {
  readonly code: CodeStore;
  readonly interfaces: FunctionInterfaces;
  private readonly moto: Moto;
  private readonly warm = new Map<string, Warm[]>();
  private readonly callers = new Map<string, Caller>();
  /** Runs under way, by function. */
  private readonly running = new Map<string, number>();

  constructor(
    private readonly context: Context,
    private readonly folder: string,
    /** Uploaded code is kept here. */
    codeFolder: string,
    /** Where the functions reach the local cloud. */
    private readonly endpoint: string,
  ) {
    this.moto = context.moto;
    this.code = new CodeStore(codeFolder);
    this.interfaces = new FunctionInterfaces(context);
  }

  /** The function that holds these credentials, if one does. */
  callerOf(accessKeyId: string): Caller | undefined {
    return this.callers.get(accessKeyId);
  }

  async invoke(region: string, name: string, payload: string): Promise<Outcome> {
    const configuration = await this.configuration(region, name);
    await this.interfaces.checkInvocation(region, name, configuration.VpcConfig);
    const reserved = await reservedConcurrency(this.context, region, name);
    const key = codeKey(region, name);
    const running = this.running.get(key) ?? 0;
    if (reserved !== undefined && running >= reserved) throw throttled();
    this.running.set(key, running + 1);
    try {
      const warm = await this.ready(region, configuration);
      try {
        return await warm.environment.invoke(payload);
      } finally {
        warm.busy = false;
        await this.writeLogs(region, configuration, warm);
      }
    } finally {
      this.running.set(key, this.running.get(key)! - 1);
    }
  }

  async identityOf(region: string, name: string): Promise<{ roleName: string; functionArn: string }> {
    const configuration = await this.configuration(region, name);
    return { roleName: roleOf(configuration), functionArn: configuration.FunctionArn! };
  }

  private async configuration(region: string, FunctionName: string): Promise<FunctionConfiguration> {
    return this.moto
      .lambda(region)
      .send(new GetFunctionConfigurationCommand({ FunctionName }))
      .catch((error) => {
        throw new AwsError(error.name, error.message, error.$metadata?.httpStatusCode ?? 500);
      });
  }

  /** Ends a function's running environments in the middle of their work: a fault that was asked for. */
  end(name: string, how: "killed" | "timed out"): void {
    for (const [key, list] of this.warm)
      if (key.endsWith(`/${name}`)) for (const { environment, busy } of list) if (busy) environment.fail(how);
  }

  /** Ends all environments: the next invocation begins with the code of a state that was loaded. */
  restart(code: [string, string][]): void {
    this.stop();
    this.warm.clear();
    this.callers.clear();
    this.code.load(code);
  }

  stop(): void {
    for (const list of this.warm.values()) for (const { environment } of list) environment.stop();
  }

  private async ready(region: string, configuration: FunctionConfiguration): Promise<Warm> {
    const name = configuration.FunctionName!;
    const archives = [codeKey(region, name), ...(configuration.Layers ?? []).map((l) => l.Arn!)].map((n) =>
      this.code.find(n),
    );
    const { $metadata: _, ...settings } = configuration as FunctionConfiguration & { $metadata: unknown };
    const revision = JSON.stringify([archives, settings]);
    const key = codeKey(region, name);
    const list = (this.warm.get(key) ?? []).filter((w) => w.environment.alive);
    for (const w of list) if (!w.busy && w.revision !== revision) w.environment.stop();
    const free = list.find((w) => !w.busy && w.revision === revision);
    if (free) {
      free.busy = true;
      return free;
    }
    const started = await this.start(region, configuration, archives, revision);
    // Others may have started one meanwhile.
    this.warm.set(key, [...(this.warm.get(key) ?? []).filter((w) => w.environment.alive), started]);
    return started;
  }

  private async start(
    region: string,
    configuration: FunctionConfiguration,
    [code, ...layers]: string[],
    revision: string,
  ): Promise<Warm> {
    const name = configuration.FunctionName!;
    const folder = join(this.folder, `${name}-${randomUUID()}`);
    await unpack(readFileSync(code), join(folder, "task"));
    for (const layer of layers) await unpack(readFileSync(layer), join(folder, "opt"));
    const { Credentials } = await this.moto
      .sts(region)
      .send(new AssumeRoleCommand({ RoleArn: configuration.Role!, RoleSessionName: name }));
    const caller: Caller = {
      functionName: name,
      region,
      vpcId: await this.vpcOf(region, configuration.VpcConfig?.SubnetIds?.[0]),
      securityGroupIds: configuration.VpcConfig?.SecurityGroupIds ?? [],
      endpointUrls: Object.entries(configuration.Environment?.Variables ?? {})
        .filter(([name]) => ENDPOINT_VARIABLE.test(name))
        .map(([, url]) => url),
    };
    this.callers.set(Credentials!.AccessKeyId!, caller);
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials!;
    this.context.credentials.issue(AccessKeyId!, SecretAccessKey!, SessionToken!, configuration.Role!, name);
    const lines: string[] = [];
    const environment = await Environment.start({
      folder,
      functionArn: configuration.FunctionArn!,
      timeoutSeconds: configuration.Timeout ?? 3,
      log: (line) => lines.push(line),
      ended: () => endSessions(this.context.cloud, AccessKeyId!),
      variables: {
        ...withoutEndpoints(configuration.Environment?.Variables ?? {}),
        _HANDLER: configuration.Handler ?? "",
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.Runtime}`,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.MemorySize),
        AWS_LAMBDA_LOG_GROUP_NAME: logGroup(configuration),
        AWS_ACCESS_KEY_ID: Credentials!.AccessKeyId!,
        AWS_SECRET_ACCESS_KEY: Credentials!.SecretAccessKey!,
        AWS_SESSION_TOKEN: Credentials!.SessionToken!,
        // Lambda has no such variable; here it stands for the VPC's endpoints.
        AWS_ENDPOINT_URL: this.endpoint,
      },
    });
    const logStream = `${new Date().toISOString().slice(0, 10).replace(/-/g, "/")}/[$LATEST]${randomUUID().replace(/-/g, "")}`;
    return { environment, revision, busy: true, logStream, lines };
  }

  /** moto shows a made-up VPC in a function's configuration; the subnets are true. */
  private async vpcOf(region: string, subnetId: string | undefined): Promise<string | undefined> {
    if (!subnetId) return undefined;
    const { Subnets } = await this.moto
      .ec2(region)
      .send(new DescribeSubnetsCommand({ SubnetIds: [subnetId] }));
    return Subnets![0].VpcId;
  }

  /** Without the log group, or the right to write into it, what a function prints is lost, as on AWS. */
  private async writeLogs(region: string, configuration: FunctionConfiguration, warm: Warm): Promise<void> {
    const lines = warm.lines.splice(0);
    const place = { logGroupName: logGroup(configuration), logStreamName: warm.logStream };
    const resource = `arn:aws:logs:${region}:${this.context.cloud.accountId}:log-group:${place.logGroupName}:log-stream:${place.logStreamName}`;
    for (const action of ["logs:CreateLogStream", "logs:PutLogEvents"])
      if ((await mayRole(this.context, roleOf(configuration), { action, resource, context: {} })) !== "Allow")
        return;
    for (const line of lines) this.context.metrics.note(region, line);
    const logs = this.moto.logs(region);
    try {
      await logs.send(new CreateLogStreamCommand(place)).catch((error) => {
        if (error.name !== "ResourceAlreadyExistsException") throw error;
      });
      const timestamp = Date.now();
      await logs.send(
        new PutLogEventsCommand({
          ...place,
          logEvents: lines.map((message) => ({ timestamp, message: message || " " })),
        }),
      );
    } catch (error) {
      if ((error as Error).name !== "ResourceNotFoundException") throw error;
    }
  }
}

/** «Service-specific endpoints», AWS SDKs and Tools Reference Guide. */
const ENDPOINT_VARIABLE = /^AWS_ENDPOINT_URL_/;

/** The names in these variables are in no DNS here; the way to the endpoint is checked by them, and leads here. */
const withoutEndpoints = (variables: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !ENDPOINT_VARIABLE.test(name)));

/** Functions of one name in two regions are two. */
export const codeKey = (region: string, name: string): string => `${region}/${name}`;

const roleOf = (configuration: FunctionConfiguration): string => roleNameOf(configuration.Role!);

const logGroup = (configuration: FunctionConfiguration): string =>
  configuration.LoggingConfig?.LogGroup ?? `/aws/lambda/${configuration.FunctionName}`;
