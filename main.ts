// The app: reads the settings, builds the stack, synthesizes.

import { readFileSync } from "node:fs";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { App, S3Backend, S3BackendConfig, TerraformOutput, TerraformStack } from "cdktf";
import { acceptProviderVersions, SafeStorage, SafeStorageSettings } from "./constructs";

/** The file `settings.json`. */
export interface StackSettings extends SafeStorageSettings {
  /** JSON Schema of this file, by which an editor explains and completes it. */
  readonly $schema?: string;
  /** Where the state is kept; without it, a file of this folder. */
  readonly stateBackend?: S3BackendConfig;
}

// Of the folder that it runs in: each deployment has a folder of its own.
const {
  $schema: _,
  stateBackend,
  backupReplication,
  ...settings
}: StackSettings = JSON.parse(readFileSync("settings.json", "utf8"));

const app = new App();
const stack = new TerraformStack(app, "safe-storage");
acceptProviderVersions(stack);
if (stateBackend) {
  new S3Backend(stack, { ...stateBackend, encrypt: true });
  // Two deploys at once would lose each other's resources. The bindings are older than this way to lock.
  stack.addOverride("terraform.backend.s3.use_lockfile", true);
}
new TlsProvider(stack, "tls");
new NullProvider(stack, "null");
const defaultTags = [{ tags: { Project: settings.name ?? "safe-storage" } }];
const aws = new AwsProvider(stack, "aws", { defaultTags });
const destinations = backupReplication?.destinations.map((destination) => {
  const { region } = destination;
  const provider = new AwsProvider(stack, `aws-${region}`, { alias: region, region, defaultTags });
  return { ...destination, provider };
});
const storage = new SafeStorage(stack, "storage", {
  ...settings,
  ...(destinations && { backupReplication: { ...backupReplication, destinations } }),
});
aws.region = storage.network.region;
const { fileSystem } = storage;
const machines = Object.entries(fileSystem.storageVirtualMachines);
// By storage virtual machine and volume, such as `safe-storage/data`.
const mountable = Object.fromEntries(
  machines.flatMap(([machine, { volumes }]) =>
    Object.entries(volumes).flatMap(([volume, { mountCommand, windowsMountCommand }]) =>
      mountCommand ? [[`${machine}/${volume}`, { mountCommand, windowsMountCommand }] as const] : [],
    ),
  ),
);
const linux = Object.entries(mountable).map(([path, { mountCommand }]) => [path, mountCommand]);
const windows = Object.entries(mountable).flatMap(([path, { windowsMountCommand }]) =>
  windowsMountCommand ? [[path, windowsMountCommand]] : [],
);
const storageVirtualMachines = Object.fromEntries(
  machines.map(([name, machine]) => [
    name,
    {
      id: machine.storageVirtualMachineId,
      nfs_dns_name: machine.nfsDnsName,
      iscsi_dns_name: machine.iscsiDnsName,
      iscsi_command: machine.iscsiCommand,
      management_dns_name: machine.managementDnsName,
      admin_secret_arn: fileSystem.machineSecretArns[name],
    },
  ]),
);
const outputs = {
  cluster_id: storage.cluster.clusterId,
  trust_anchor: storage.cluster.trustAnchor,
  admin_secret_arn: storage.cluster.adminSecretArn,
  custom_key_store_id: storage.keyStore.customKeyStoreId,
  key_arn: storage.key.keyArn,
  file_system_id: fileSystem.fileSystemId,
  mount_commands: Object.fromEntries(linux),
  storage_virtual_machines: storageVirtualMachines,
  operator_function: storage.operator.functionName,
};
if (storage.health) new TerraformOutput(stack, "dashboard", { value: storage.health.dashboardName });
if (windows.length > 0)
  new TerraformOutput(stack, "windows_mount_commands", { value: Object.fromEntries(windows) });
if (fileSystem.adminSecretArn)
  new TerraformOutput(stack, "fsxadmin_secret_arn", { value: fileSystem.adminSecretArn });
if (storage.users) new TerraformOutput(stack, "user_secret_arns", { value: storage.users.secretArns });
// For the review: what a plan shows before anything is made.
if (storage.schedule) new TerraformOutput(stack, "hsm_cost_a_month", { value: storage.schedule.monthlyCost });
for (const [name, value] of Object.entries(outputs)) new TerraformOutput(stack, name, { value });

app.synth();
