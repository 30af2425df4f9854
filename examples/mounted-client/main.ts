// File storage whose keys live in HSMs, and an instance beside it that has it mounted when it has booted.

import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { Instance } from "@cdktf/provider-aws/lib/instance";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { App, Fn, TerraformOutput, TerraformStack } from "cdktf";
import { acceptFindings, acceptProviderVersions, SafeStorage, SafeStorageProps } from "safe-storage";

interface Settings extends SafeStorageProps {
  /** EC2's instance type of the client; of the x86_64 architecture. */
  readonly instanceType: string;
  /** Where the file system has its endpoints, which the client's security group must name. */
  readonly endpointIpAddressRange: string;
}

const app = new App();
const { instanceType, endpointIpAddressRange, ...settings }: Settings = app.node.getContext("settings");
const stack = new TerraformStack(app, "mounted-client");
acceptProviderVersions(stack);
const aws = new AwsProvider(stack, "aws");
new TlsProvider(stack, "tls");
new NullProvider(stack, "null");

const storage = new SafeStorage(stack, "storage", {
  ...settings,
  fileSystem: { ...settings.fileSystem, endpointIpAddressRange, volumes: [{ name: "shared", sizeGib: 100 }] },
});
aws.region = storage.network.region;
const { vpcId, subnets } = storage.network;

const group = new SecurityGroup(stack, "clients", {
  namePrefix: "mounted-client-",
  description: "Clients of the file system",
  vpcId,
  lifecycle: { createBeforeDestroy: true },
});
// A Multi-AZ file system's addresses are no network interface's own, so a rule by its security group would not match them.
new VpcSecurityGroupEgressRule(stack, "to-files", {
  securityGroupId: group.id,
  cidrIpv4: endpointIpAddressRange,
  ipProtocol: "tcp",
  fromPort: 2049,
  toPort: 2049,
  description: "NFS 4 to the file system",
});
storage.fileSystem.allowFrom(group, { id: "clients", protocols: ["nfs4"] });

const [machine] = Object.values(storage.fileSystem.storageVirtualMachines);
const { junctionPath } = machine.volumes.shared;
const image = new DataAwsSsmParameter(stack, "image", {
  name: "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
});
const client = new Instance(stack, "client", {
  ami: image.value,
  instanceType,
  ebsOptimized: true,
  subnetId: subnets[0].subnetId,
  vpcSecurityGroupIds: [group.id],
  metadataOptions: { httpTokens: "required" },
  rootBlockDevice: { encrypted: true, volumeSize: 8 },
  // Also after a reboot; a boot does not hang where the file system is away. Joined by Terraform: `synth --hcl` ends texts of several
  // lines in another way.
  userData: Fn.join("\n", [
    "#!/bin/bash",
    "mkdir -p /mnt/shared",
    `echo '${machine.nfsDnsName}:${junctionPath} /mnt/shared nfs4 nfsvers=4.1,_netdev,nofail 0 0' >>/etc/fstab`,
    "mount /mnt/shared",
    "",
  ]),
  tags: { Name: "mounted-client" },
  // It mounts while it boots.
  dependsOn: storage.fileSystem.ready,
  // A newer image is no reason to replace the client.
  lifecycle: { ignoreChanges: ["ami"] },
});
acceptFindings(client, {
  CKV2_AWS_41: "It calls no service of AWS.",
  CKV_AWS_126: "Measurements a minute apart are paid for, and nothing waits for them here.",
});
new TerraformOutput(stack, "client_id", { value: client.id });
new TerraformOutput(stack, "mount_command", { value: machine.volumes.shared.mountCommand });
app.synth();
