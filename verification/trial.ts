// A trial of the chain in somebody's account, as the checks of claims see it.

import { setTimeout as sleep } from "node:timers/promises";
import type { CloudHSMV2, Cluster } from "@aws-sdk/client-cloudhsm-v2";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { EC2 } from "@aws-sdk/client-ec2";
import { FSx } from "@aws-sdk/client-fsx";
import { KMS } from "@aws-sdk/client-kms";
import { Lambda } from "@aws-sdk/client-lambda";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { cloudHsm } from "../command/app/clients";
import type { Recorder } from "../command/verify/recorder";
import { askOperator, Event, invokeOperator } from "../command/app/operator";

/** Outputs of the trial's stack; those of a later stage are not there before it. */
export interface TrialOutputs {
  readonly vpc_id: string;
  readonly subnet_ids: string[];
  /** An alarm with an encrypted topic, on a metric without data. */
  readonly alarm_name: string;
  readonly operator_arn: string;
  readonly probe_arn: string;
  /** By which a schedule may invoke the probe. */
  readonly scheduler_role_arn: string;
  /** The ordinary KMS key of the operator's secrets. */
  readonly encryption_key_arn: string;
  readonly cluster_id: string;
  readonly trust_anchor: string;
  readonly trust_anchor_secret: string;
  readonly admin_secret_arn: string;
  readonly kmsuser_secret_arn: string;
  /** Where the operator notes which HSMs it has removed. */
  readonly hsm_record_arn: string;
  /** The function that copies backups to another region, where it is. */
  readonly copier_arn: string;
  readonly custom_key_store_id: string;
  readonly key_arn: string;
  readonly file_system_id: string;
  /** The key in HSMs that encrypts it, which only FSx may use. */
  readonly file_system_key_arn: string;
  readonly storage_virtual_machine_id: string;
}

/** As whom a command of `cloudhsm-cli` is logged in; `new` is a password that the probe makes for the users of one call. */
export interface Login {
  readonly user: string;
  readonly role: "admin" | "crypto-user";
  readonly password: "admin" | "new" | "wrong";
}

export interface CliCommand {
  readonly args: string[];
  readonly login?: Login;
  /** It asks for a new password, twice, and gets the call's. */
  readonly prompted?: boolean;
}

export interface CliAnswer {
  /** `error_code` was 0. */
  readonly ok: boolean;
  /** Its `data`; of an error the text. */
  readonly data: any;
  readonly seconds: number;
}

export interface CliOptions {
  /** Names this HSM alone, rather than all of the cluster. */
  readonly address?: string;
  /** Another cluster than the trial's. */
  readonly clusterId?: string;
  /** Another trust anchor than the cluster's. */
  readonly trustAnchor?: string;
}

export interface TrialPlace {
  /** Its resources are called so, and are tagged with it. */
  readonly name: string;
  readonly region: string;
  /** Where its backups and secrets are copied to. */
  readonly copyRegion: string;
}

export class Trial {
  readonly cloudHsm: CloudHSMV2;
  readonly ec2: EC2;
  readonly fsx: FSx;
  readonly kms: KMS;
  readonly lambda: Lambda;
  readonly logs: CloudWatchLogs;
  readonly secrets: SecretsManager;

  readonly name: string;
  readonly region: string;
  readonly copyRegion: string;

  constructor(
    { name, region, copyRegion }: TrialPlace,
    readonly outputs: TrialOutputs,
    /** PEM of the root that the manufacturer's certificates of the HSMs must lead to, where it was given. */
    readonly manufacturerRoot?: string,
    private readonly recorder?: Recorder,
  ) {
    this.name = name;
    this.region = region;
    this.copyRegion = copyRegion;
    const settings = { region };
    this.cloudHsm = cloudHsm(region);
    this.ec2 = new EC2(settings);
    this.fsx = new FSx(settings);
    this.kms = new KMS(settings);
    this.lambda = new Lambda(settings);
    this.logs = new CloudWatchLogs(settings);
    this.secrets = new SecretsManager(settings);
    const { cloudHsm: hsm, kms, fsx, lambda } = this;
    for (const [service, client] of Object.entries({ cloudhsm: hsm, kms, fsx, lambda }))
      recorder?.watch(client, service);
  }

  /** Of what a check makes, as most services take them. */
  get tags(): { Key: string; Value: string }[] {
    return [{ Key: TAG, Value: this.name }];
  }

  /** Runs an action of the operator until it has ended. @throws Failure */
  operator(event: Event): Promise<any> {
    return askOperator(this.outputs.operator_arn, event);
  }

  /** Runs an action of the function that copies backups, in the region of the copies. @throws Failure */
  copier(event: Event): Promise<any> {
    return askOperator(this.outputs.copier_arn, event);
  }

  /** Runs the probe, a function in the VPC beside the operator. @throws Failure */
  probe(event: Record<string, unknown>): Promise<any> {
    return invokeOperator(this.outputs.probe_arn, { action: "probe", ...event });
  }

  /** One call of AWS's API by the probe's curl: whether it was granted, and else the error's code and text. */
  call(
    service: string,
    signingName: string,
    target: string,
    body: object,
  ): Promise<{ ok: boolean; code: string; message: string }> {
    return this.probe({ probe: "call", service, signingName, target, body: JSON.stringify(body) });
  }

  /** Runs `cloudhsm-cli` in the probe, a command after the other. */
  async cli(
    commands: CliCommand[],
    { address, clusterId, trustAnchor }: CliOptions = {},
  ): Promise<CliAnswer[]> {
    const { cluster_id, trust_anchor, admin_secret_arn } = this.outputs;
    const { answers } = await this.probe({
      probe: "cli",
      clusterId: clusterId ?? cluster_id,
      trustAnchor: trustAnchor ?? trust_anchor,
      adminSecretArn: admin_secret_arn,
      ...(address && { address }),
      commands,
    });
    commands.forEach(({ args, login, prompted }, i) =>
      this.recorder?.record({
        service: "cloudhsm-cli",
        operation: args.slice(0, 2).join(" "),
        input: { args, role: login?.role, prompted },
        output: { ok: answers[i].ok, data: answers[i].data },
      }),
    );
    return answers;
  }

  async cluster(): Promise<Cluster> {
    const Filters = { clusterIds: [this.outputs.cluster_id] };
    return (await this.cloudHsm.describeClusters({ Filters })).Clusters![0];
  }

  /** Waits until `look` gives something. @throws Error after so many minutes */
  async until<T>(what: string, minutes: number, look: () => Promise<T | undefined | false>): Promise<T> {
    for (const end = Date.now() + minutes * 60_000; Date.now() < end; await sleep(POLL_MS)) {
      const found = await look();
      if (found) return found;
    }
    throw new Error(`${what} took more than ${minutes} minutes`);
  }
}

const POLL_MS = 2_000;

/** All that a trial makes has it, with the trial's name. */
export const TAG = "SafeStorageVerify";

/** Of a Lambda function, by its ARN. */
export const logGroupOf = (functionArn: string): string => `/aws/lambda/${functionArn.split(":").at(-1)}`;

/** An admin of the cluster's own. */
export const ADMIN: Login = { user: "admin", role: "admin", password: "admin" };
