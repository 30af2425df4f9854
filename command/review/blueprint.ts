// A synthesized stack as the review reads it: its resources, and what waits for what.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { encodedIn } from "./expression";

export interface Resource {
  /** As Terraform names it. */
  address: string;
  type: string;
  /** The construct's path within the stack, such as `storage/cluster/hsm-eu-central-1a`. */
  path: string;
  region: string;
  block: Record<string, any>;
  /** Scanners' checks that it need not pass, with the reasons. */
  accepted: { id: string; comment: string }[];
}

/** That of the stack in a folder with a `cdk.tf.json`. */
export const blueprintIn = (folder: string): Blueprint =>
  new Blueprint(JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")));

const REFERENCE = /(?:data\.)?[a-z][a-z0-9]*_\w+\.[\w-]+/g;

export class Blueprint {
  /** Resources and data sources, by address. */
  readonly resources = new Map<string, Resource>();
  readonly regions: string[];
  private readonly waits = new Map<string, string[]>();

  constructor(json: any) {
    const providers: { alias?: string; region?: string }[] = json.provider?.aws ?? [];
    const regionOf = (provider?: string): string => {
      const alias = provider?.split(".")[1];
      return providers.find((p) => p.alias === alias)?.region ?? providers[0]?.region ?? "";
    };
    this.regions = [...new Set(providers.map(({ region }) => region ?? "").filter(Boolean))];
    for (const [prefix, kinds] of [
      ["", json.resource],
      ["data.", json.data],
    ] as const)
      for (const [type, blocks] of Object.entries<Record<string, any>>(kinds ?? {}))
        for (const [id, { "//": comment, ...block }] of Object.entries<any>(blocks))
          this.resources.set(`${prefix}${type}.${id}`, {
            address: `${prefix}${type}.${id}`,
            type: `${prefix}${type}`,
            path: (comment?.metadata?.path ?? id).replace(/^[^/]*\//, ""),
            region: regionOf(block.provider),
            block,
            accepted: comment?.checkov?.skip ?? [],
          });
    for (const { address, block } of this.resources.values())
      this.waits.set(
        address,
        [...new Set(this.referencesIn(block))].filter((other) => other !== address),
      );
  }

  /** All of a type. */
  of(...types: string[]): Resource[] {
    return [...this.resources.values()].filter(({ type }) => types.includes(type));
  }

  /** What must be there before it. */
  before(address: string): string[] {
    return this.waits.get(address) ?? [];
  }

  /** The resources that a value names. */
  referencesIn(value: unknown): string[] {
    return (JSON.stringify(value ?? "").match(REFERENCE) ?? []).filter((address) =>
      this.resources.has(address),
    );
  }

  /** The first resource of these types that a value names. */
  named(value: unknown, ...types: string[]): Resource | undefined {
    return this.referencesIn(value)
      .map((address) => this.resources.get(address)!)
      .find(({ type }) => types.length === 0 || types.includes(type));
  }

  /** The action that an invocation runs when it is made, and the one that a destroy runs. */
  actionOf({ block }: Resource): { action: string; onDelete?: string; input: Record<string, any> } {
    const input = encodedIn(block.input) ?? {};
    return { action: input.action ?? "", onDelete: input.onDelete, input };
  }

  /** HSMs that the operator makes, so that a schedule can remove them: each once, however many invocations name it. */
  operatorHsms(): { region: string; availabilityZone: string; ipAddress: string }[] {
    const found = this.of("aws_lambda_invocation").flatMap((invocation) => {
      const { clusterId, hsms = [] } = this.actionOf(invocation).input;
      return hsms.map((hsm: object) => ({ ...hsm, clusterId, region: invocation.region }));
    });
    return [...new Map(found.map((hsm) => [JSON.stringify(hsm), hsm])).values()];
  }

  /** The availability zone of an HSM: its subnet's, or the one in its name, where another stack has made the subnet. */
  zoneOf({ block, path }: Resource): string {
    const subnet = this.named(block.subnet_id, "aws_subnet", "data.aws_subnet");
    return (
      subnet?.block.availability_zone ??
      /(?:^|[-/])([a-z]{2}(?:-[a-z]+)+-\d[a-z](?:-\d+)?)$/.exec(path)?.[1] ??
      ""
    );
  }

  /** Reasons why a scanner's finding is accepted. */
  get acceptedFindings(): { path: string; id: string; comment: string }[] {
    return [...this.resources.values()].flatMap(({ path, accepted }) =>
      accepted.map((finding) => ({ path, ...finding })),
    );
  }
}
