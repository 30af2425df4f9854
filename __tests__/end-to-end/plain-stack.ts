// A Terraform configuration of a test's own in the cloud of a deployment: what the real AWS provider makes of its resources here.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROVIDER_VERSIONS } from "../../constructs";
import { Deployment, Outcome } from "./deployment";

type Resources = Record<string, Record<string, object>>;

/** A small file system, and what it stands on. */
export const FILE_SYSTEM: Resources = {
  aws_vpc: { it: { cidr_block: "10.5.0.0/24" } },
  aws_subnet: {
    it: { vpc_id: "${aws_vpc.it.id}", availability_zone: "eu-central-1a", cidr_block: "10.5.0.0/26" },
  },
  aws_kms_key: { it: { description: "of moto", deletion_window_in_days: 7 } },
  aws_fsx_ontap_file_system: {
    it: {
      deployment_type: "SINGLE_AZ_1",
      storage_capacity: 1024,
      throughput_capacity: 128,
      subnet_ids: ["${aws_subnet.it.id}"],
      preferred_subnet_id: "${aws_subnet.it.id}",
      kms_key_id: "${aws_kms_key.it.arn}",
    },
  },
};

export class PlainStack {
  private readonly folder: string;

  constructor(private readonly deployment: Deployment) {
    this.folder = join(deployment.folder, "stack");
    mkdirSync(this.folder);
  }

  write(resource: Resources, output?: Record<string, { value: string }>): void {
    this.writeConfiguration({
      terraform: { required_providers: { aws: { source: "hashicorp/aws", version: PROVIDER_VERSIONS.aws } } },
      provider: { aws: { region: this.deployment.region } },
      resource,
      output,
    });
  }

  /** One that has its providers. */
  writeConfiguration(configuration: object): void {
    writeFileSync(join(this.folder, "main.tf.json"), JSON.stringify(configuration));
  }

  terraform(...args: string[]): Promise<Outcome> {
    return this.deployment.terraformIn(this.folder, ...args);
  }

  /** Once the configuration is written. */
  async init(): Promise<void> {
    const { status, output } = await this.terraform("init", "-input=false", "-no-color");
    expect({ status, output }).toMatchObject({ status: 0 });
  }

  apply(...args: string[]): Promise<Outcome> {
    return this.terraform("apply", "-auto-approve", "-input=false", "-no-color", ...args);
  }

  destroy(...args: string[]): Promise<Outcome> {
    return this.terraform("destroy", "-auto-approve", "-input=false", "-no-color", ...args);
  }

  /** 0 for nothing to do, 2 for something. */
  async planStatus(): Promise<number | null> {
    return (await this.terraform("plan", "-detailed-exitcode", "-input=false", "-no-color")).status;
  }

  async outputs(): Promise<Record<string, string>> {
    const { output } = await this.terraform("output", "-json");
    return Object.fromEntries(
      Object.entries<any>(JSON.parse(output)).map(([name, { value }]) => [name, value]),
    );
  }

  /** Lets the state forget a resource, and takes it up again. */
  async forgetAndImport(address: string, id: string): Promise<void> {
    expect(await this.terraform("state", "rm", address)).toMatchObject({ status: 0 });
    const { status, output } = await this.terraform("import", "-no-color", "-input=false", address, id);
    expect({ status, output }).toMatchObject({ status: 0 });
  }
}
