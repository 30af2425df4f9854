// Synthesizes constructs into Terraform's JSON, and reads it as a test wants it.

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { AnnotationMetadataEntryType, TerraformStack, Testing } from "cdktf";
import { ExistingHsmNetwork, NetworkSettings, SafeStorage, SafeStorageProps } from "../../constructs";

type Block = Record<string, any>;

export const SETTINGS: SafeStorageProps = {
  network: {
    cidrBlock: "10.42.0.0/24",
    subnets: [
      { availabilityZone: "eu-central-1a", cidrBlock: "10.42.0.0/26" },
      { availabilityZone: "eu-central-1b", cidrBlock: "10.42.0.64/26" },
    ],
  },
};

/** A network that somebody else has made, with the same subnets. */
export const EXISTING_NETWORK: ExistingHsmNetwork = {
  vpcId: "vpc-0a1b2c3d4e5f60718",
  subnets: SETTINGS.network.subnets.map((s, i) => ({ ...s, subnetId: `subnet-${i}` })),
  endpointSecurityGroupId: "sg-0a1b2c3d4e5f60718",
};

export class Synthesized {
  readonly json: {
    resource?: Record<string, Record<string, Block>>;
    data?: Record<string, Record<string, Block>>;
  };

  /** What a synth warns of. */
  readonly warnings: string[];

  constructor(build: (stack: TerraformStack) => void) {
    const stack = new TerraformStack(Testing.app({ stackTraces: false }), "test");
    new AwsProvider(stack, "aws", { region: "eu-central-1" });
    new TlsProvider(stack, "tls");
    new NullProvider(stack, "null");
    build(stack);
    this.json = JSON.parse(Testing.synth(stack));
    this.warnings = stack.node
      .findAll()
      .flatMap((construct) => construct.node.metadata)
      .filter(({ type }) => type === AnnotationMetadataEntryType.WARN)
      .map(({ data }) => data);
  }

  /** All resources and data sources, each with its type. */
  everything(): [type: string, block: Block][] {
    const of = (prefix: string, all: Record<string, Record<string, Block>> = {}) =>
      Object.entries(all).flatMap(([type, blocks]) =>
        Object.values(blocks).map((block): [string, Block] => [prefix + type, block]),
      );
    return [...of("", this.json.resource), ...of("data.", this.json.data)];
  }

  /** All resources of a type, by logical name. */
  resources(type: string): Block[] {
    return Object.values(this.json.resource?.[type] ?? {});
  }

  /** The one resource of a type, or the one whose logical name contains `part`. */
  resource(type: string, part = ""): Block {
    return this.only(this.json.resource?.[type], type, part);
  }

  data(type: string, part = ""): Block {
    return this.only(this.json.data?.[type], type, part);
  }

  /** Addresses of all resources and data sources with everything that they wait for, directly. */
  graph(): Record<string, string[]> {
    const blocks = [
      ...Object.entries(this.json.resource ?? {}),
      ...Object.entries(this.json.data ?? {}).map(([type, all]) => [`data.${type}`, all] as const),
    ].flatMap(([type, all]) =>
      Object.entries(all).map(([name, block]) => [`${type}.${name}`, block] as const),
    );
    const addresses = blocks.map(([address]) => address);
    return Object.fromEntries(
      blocks.map(([address, block]) => {
        const text = JSON.stringify(block);
        const mentioned = (a: string) =>
          new RegExp(`(?<![\\w.-])${a.replace(/[.]/g, "\\.")}(?![\\w-])`).test(text);
        return [address, addresses.filter((a) => a !== address && mentioned(a))];
      }),
    );
  }

  /** Everything that an address waits for, near and far. */
  waitsFor(address: string): Set<string> {
    const graph = this.graph();
    const seen = new Set<string>();
    const visit = (a: string) => graph[a].forEach((b) => !seen.has(b) && (seen.add(b), visit(b)));
    visit(address);
    return seen;
  }

  /** The full address of the one thing whose address contains all these parts. */
  address(...parts: string[]): string {
    const isData = parts.some((p) => p.startsWith("data."));
    const found = Object.keys(this.graph()).filter(
      (a) => a.startsWith("data.") === isData && parts.every((p) => a.includes(p)),
    );
    if (found.length !== 1)
      throw new Error(`${parts.join(" + ")} is ${found.length} things: ${found.join(", ")}`);
    return found[0];
  }

  private only(all: Record<string, Block> | undefined, type: string, part: string): Block {
    const found = Object.entries(all ?? {}).filter(([name]) => name.includes(part));
    if (found.length !== 1) throw new Error(`${found.length} of ${type} with ${part}`);
    return found[0][1];
  }
}

/** Settings in which one of the network's may differ from `SETTINGS`. */
export type Changes = Partial<Omit<SafeStorageProps, "network">> & { network?: Partial<NetworkSettings> };

export const safeStorage = ({ network, ...changes }: Changes = {}): Synthesized => {
  const settings = { ...SETTINGS, ...changes, network: { ...SETTINGS.network, ...network } };
  return new Synthesized((stack) => new SafeStorage(stack, "storage", settings));
};

/** What Terraform's jsonencode would give for the object in an expression; references stay as they are, as texts. */
export function encoded(expression: string): any {
  const object = expression.slice(expression.indexOf("jsonencode(") + "jsonencode(".length);
  const json = object
    .slice(0, object.lastIndexOf("}") + 1)
    .replace(/\)[^{}]*\}$/, "")
    .replace(/("[^"]*") = /g, "$1: ")
    .replace(/(?<=[:,] |\[)[a-z][\w-]*(\.[\w-]+)+/g, (reference) => JSON.stringify(reference));
  return JSON.parse(json);
}
