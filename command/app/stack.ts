// The synthesized stack and its state: what is wanted, what is known, and what an expression of the one is in the other.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export type Attributes = Record<string, unknown>;

export interface Instance {
  /** A create that was interrupted, so that Terraform would replace the resource. */
  tainted: boolean;
  attributes: Attributes;
}

/** Terraform's state, as its file has it. */
export interface RawState {
  resources?: {
    mode: "managed" | "data";
    type: string;
    name: string;
    instances: { status?: string; attributes?: Attributes }[];
  }[];
}

/** The instances of a state, by address. */
export function instancesOf({ resources = [] }: RawState): Record<string, Instance> {
  const known: Record<string, Instance> = {};
  for (const { mode, type, name, instances } of resources)
    for (const { status, attributes } of instances)
      known[`${mode === "data" ? "data." : ""}${type}.${name}`] = {
        tainted: status === "tainted",
        attributes: attributes ?? {},
      };
  return known;
}

/** The file of the state of a synthesized stack, where it is one. */
export function localStateOf(folder: string, synthesized: any): string | undefined {
  const path: string | undefined = synthesized.terraform.backend?.local?.path;
  return path === undefined ? undefined : resolve(folder, path);
}

const REFERENCE = /\$\{((?:data\.)?[\w-]+\.[\w-]+)\.(\w+)\}/g;

export class Stack {
  /** Resources of the configuration, by address. */
  readonly wanted: Record<string, Attributes> = {};
  /** That of the provider without an alias. */
  readonly region: string;
  private readonly synthesized: any;
  private known: Record<string, Instance> = {};

  constructor(
    readonly folder: string,
    private readonly terraform: string,
  ) {
    this.synthesized = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));
    this.region = this.providers.find((p) => p.alias === undefined)!.region;
    for (const [type, resources] of Object.entries<Record<string, Attributes>>(this.synthesized.resource))
      for (const [name, attributes] of Object.entries(resources)) this.wanted[`${type}.${name}`] = attributes;
    this.readState();
  }

  /** The addresses of a type in the configuration. */
  addresses(type: string): string[] {
    return Object.keys(this.wanted).filter((address) => address.startsWith(`${type}.`));
  }

  private get providers(): { alias?: string; region: string }[] {
    return this.synthesized.provider.aws;
  }

  /** The region in which a resource is: its provider's, which may be an alias, `aws.ALIAS`. */
  regionOf(address: string): string {
    const alias = (this.wanted[address]?.provider as string | undefined)?.split(".")[1];
    return this.providers.find((p) => p.alias === alias)?.region ?? this.region;
  }

  /** A file that the configuration names. */
  file(path: string): string {
    return resolve(this.folder, path);
  }

  /** The state's file, where it is one. */
  get stateFile(): string | undefined {
    return localStateOf(this.folder, this.synthesized);
  }

  /** What the state knows of an address. */
  instance(address: string): Instance | undefined {
    return this.known[address];
  }

  /** The addresses of a type in the state. */
  stateAddresses(type: string): string[] {
    return Object.keys(this.known).filter((address) => address.startsWith(`${type}.`));
  }

  /** Whether the state has it, also where the configuration has it no more. */
  inState(type: string, id: string): boolean {
    return Object.entries(this.known).some(
      ([address, { attributes }]) => address.startsWith(`${type}.`) && attributes.id === id,
    );
  }

  /** Whether the state has a resource of the configuration, of the type with this id. */
  knows(type: string, id: string): boolean {
    return this.addresses(type).some((address) => this.instance(address)?.attributes.id === id);
  }

  /** An attribute of a wanted resource, its references replaced by the state's values; undefined where one is missing. */
  resolve(value: unknown): string | undefined {
    if (typeof value !== "string") return value === undefined ? undefined : String(value);
    let complete = true;
    const text = value.replace(REFERENCE, (_, address: string, name: string) => {
      const found = this.known[address]?.attributes[name];
      if (found === undefined || found === null) complete = false;
      return String(found);
    });
    return complete && !text.includes("${") ? text : undefined;
  }

  /**
   * Imports in a folder that has nothing but this resource, by name, beside the stack's providers and state:
   * in the stack's own, an import reads every data source, also those of secrets that are still empty.
   */
  import(address: string, id: string): void {
    const { terraform, provider } = this.synthesized;
    const [type, name] = address.split(".");
    const folder = join(dirname(this.folder), "adopt");
    mkdirSync(folder, { recursive: true });
    try {
      writeFileSync(
        join(folder, "adopt.tf.json"),
        JSON.stringify({
          terraform,
          provider: { aws: provider.aws },
          resource: { [type]: { [name]: { provider: this.wanted[address].provider } } },
        }),
      );
      this.run(folder, "init", "-input=false", "-no-color");
      this.run(folder, "import", "-input=false", "-no-color", address, id);
    } finally {
      rmSync(folder, { recursive: true });
    }
    this.readState();
  }

  /** The next apply replaces it. */
  taint(address: string): void {
    this.run(this.folder, "taint", "-no-color", address);
    this.readState();
  }

  untaint(address: string): void {
    this.run(this.folder, "untaint", "-no-color", address);
    this.readState();
  }

  /** Forgets addresses; what they stand for is left as it is. */
  forget(addresses: string[]): void {
    this.run(this.folder, "state", "rm", ...addresses);
    this.readState();
  }

  private readState(): void {
    this.known = instancesOf(JSON.parse(this.rawState() || "{}"));
  }

  /** A file where it is one: Terraform would hash all its providers before it gives it. */
  private rawState(): string {
    const file = this.stateFile;
    if (file === undefined) return this.run(this.folder, "state", "pull");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  private run(folder: string, ...args: string[]): string {
    return execFileSync(this.terraform, [`-chdir=${folder}`, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 64 * 1024 * 1024,
    });
  }
}
