// What Terraform's state knows, with the synthesized stack beside it or alone.

import { Failure } from "../failure";
import { App } from "./app";
import { s3 } from "./clients";
import { isLocked } from "./folder-lock";
import { Instance, instancesOf, RawState, Stack } from "./stack";
import { terraformBinary } from "./terraform";

/** What can be read of a deployment. */
export interface Known {
  /** That of the cluster. */
  readonly region: string;
  /** The addresses of a type. */
  addresses(type: string): string[];
  /** What the state has of an address. */
  instance(address: string): Instance | undefined;
  /** The region in which the resource of an address is. */
  regionOf(address: string): string;
}

/** A state without the app that it is of: everything that there is to know of a deployment is in it, but what is still to be made. */
export class StateAlone implements Known {
  private readonly known: Record<string, Instance>;

  constructor(raw: RawState) {
    this.known = instancesOf(raw);
  }

  get region(): string {
    const operator = this.addresses("aws_lambda_function")[0] ?? this.addresses("aws_cloudhsm_v2_cluster")[0];
    if (!operator) throw new Failure("the state has no constructs of Safe Storage", 2);
    return this.regionOf(operator);
  }

  addresses(type: string): string[] {
    return Object.keys(this.known).filter((address) => address.startsWith(`${type}.`));
  }

  instance(address: string): Instance | undefined {
    return this.known[address];
  }

  regionOf(address: string): string {
    const { arn, availability_zone: zone } = this.known[address].attributes as Record<
      string,
      string | undefined
    >;
    return arn?.split(":")[3] || (zone ? zone.replace(/[a-z]$/, "") : this.region);
  }
}

/** What a command takes to find deployments by. */
export interface Where {
  folder?: string;
  stack?: string;
  /** `s3://BUCKET/KEY`. */
  state?: string;
}

/** The deployment of one stack, of an app that is synthesized for it, or of a state in S3. */
export async function deploymentAt({ folder, stack, state }: Where): Promise<Known> {
  if (state !== undefined) return new StateAlone(await stateInS3(state));
  const app = new App(folder);
  // A deploy that is in progress synthesizes by itself.
  if (!app.isSynthesized || !isLocked(app.folder)) app.synth();
  const found = app.stack(stack);
  app.init(found);
  return new Stack(found.folder, terraformBinary());
}

async function stateInS3(url: string): Promise<RawState> {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(url) ?? [];
  if (!Key) throw new Failure(`--state is ${url}; it must be s3://BUCKET/KEY`, 2);
  const client = await s3({ followRegionRedirects: true });
  try {
    const { Body } = await client.getObject({ Bucket, Key });
    return JSON.parse(await Body!.transformToString());
  } catch (error) {
    throw new Failure(`${url} cannot be read: ${(error as Error).name}: ${(error as Error).message}`, 2);
  }
}
