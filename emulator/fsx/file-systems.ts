// FSx for NetApp ONTAP file systems: created, described, updated, deleted.

import {
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { hexId } from "../cloud";
import { Call, Context, Operation } from "../context";
import { AwsError } from "../errors";
import { keyState, ownKey } from "../kms/lookup";
import { FileSystem, Region } from "../state";
import { scheduleDailyBackups } from "./backups";
import { badRequest, describeFileSystem, findFileSystem, madeBefore, page, requested } from "./lookup";

/** Source: ThroughputCapacity, CreateFileSystemOntapConfiguration, Amazon FSx API Reference. */
const THROUGHPUT: Record<string, number[]> = {
  SINGLE_AZ_1: [128, 256, 512, 1024, 2048, 4096],
  MULTI_AZ_1: [128, 256, 512, 1024, 2048, 4096],
  SINGLE_AZ_2: [1536, 3072, 6144],
  MULTI_AZ_2: [384, 768, 1536, 3072, 6144],
};

export function fileSystemOperations(context: Context): Record<string, Operation> {
  const { cloud, moto } = context;

  const settle = (regionName: string, id: string) => {
    const fileSystem = cloud.region(regionName).fileSystems[id];
    if (fileSystem) fileSystem.Lifecycle = "AVAILABLE";
  };
  cloud.on("file system created", settle);
  cloud.on("file system updated", settle);
  cloud.on("file system deleted", async (regionName, id) => {
    const region = cloud.region(regionName);
    for (const eni of region.fileSystems[id].attributes.NetworkInterfaceIds as string[])
      await moto.ec2(regionName).send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: eni }));
    delete region.fileSystems[id];
  });

  const operations: Record<string, Operation> = {
    async CreateFileSystem(input, { region, regionName }: Call) {
      if (input.FileSystemType !== "ONTAP")
        throw new AwsError(
          "NotEmulated",
          `File systems of type ${input.FileSystemType} are not emulated.`,
          501,
        );
      const ontap = input.OntapConfiguration;
      if (!ontap)
        throw new AwsError(
          "MissingFileSystemConfiguration",
          "OntapConfiguration is required for type ONTAP.",
        );
      const before = madeBefore(region.fileSystems, input);
      if (before) return { FileSystem: describeFileSystem(before) };
      const multiAz = String(ontap.DeploymentType).startsWith("MULTI_AZ");
      const { Subnets = [] } = await moto
        .ec2(regionName)
        .send(new DescribeSubnetsCommand({ SubnetIds: input.SubnetIds }))
        .catch((error) => {
          throw new AwsError("InvalidNetworkSettings", error.message);
        });
      if (new Set(Subnets.map((s) => s.AvailabilityZone)).size !== (multiAz ? 2 : 1))
        throw badRequest(
          `${ontap.DeploymentType} needs ${multiAz ? "two subnets in different Availability Zones" : "one subnet"}.`,
        );
      if (multiAz && !input.SubnetIds.includes(ontap.PreferredSubnetId))
        throw badRequest("PreferredSubnetId must be one of the two subnets.");
      const throughput = ontap.ThroughputCapacity ?? ontap.ThroughputCapacityPerHAPair;
      if (!THROUGHPUT[ontap.DeploymentType].includes(throughput))
        throw badRequest(`Throughput of ${throughput} MBps is not valid for ${ontap.DeploymentType}.`);
      // "SSD: 1,024 to 524,288 GiB with one HA pair up to 192 TiB": CreateFileSystem, Amazon FSx API Reference.
      if (!(input.StorageCapacity >= 1024 && input.StorageCapacity <= 524288))
        throw badRequest("StorageCapacity must be between 1024 and 524288 GiB.");
      const kmsKeyArn = await usableKey(region, input.KmsKeyId, regionName);
      const id = hexId("fs");
      const interfaces = await Promise.all(
        input.SubnetIds.map((subnet: string) =>
          moto.ec2(regionName).send(
            new CreateNetworkInterfaceCommand({
              SubnetId: subnet,
              Groups: input.SecurityGroupIds,
              Description: `FSx ${id}`,
            }),
          ),
        ),
      );
      const addresses = interfaces.map((i) => i.NetworkInterface!.PrivateIpAddress!);
      const endpoint = (name: string) => ({
        DNSName: `${name}.${id}.fsx.${regionName}.amazonaws.com`,
        IpAddresses: addresses,
      });
      const fileSystem: FileSystem = {
        FileSystemId: id,
        Lifecycle: "CREATING",
        CreationTime: cloud.timestamp(),
        ...requested(input),
        tags: input.Tags ?? [],
        attributes: {
          OwnerId: cloud.accountId,
          FileSystemType: "ONTAP",
          StorageCapacity: input.StorageCapacity,
          StorageType: input.StorageType ?? "SSD",
          VpcId: Subnets[0].VpcId,
          SubnetIds: input.SubnetIds,
          NetworkInterfaceIds: interfaces.map((i) => i.NetworkInterface!.NetworkInterfaceId!),
          DNSName: `${id}.fsx.${regionName}.amazonaws.com`,
          KmsKeyId: kmsKeyArn,
          ResourceARN: `arn:aws:fsx:${regionName}:${cloud.accountId}:file-system/${id}`,
          OntapConfiguration: {
            AutomaticBackupRetentionDays: ontap.AutomaticBackupRetentionDays ?? 30,
            DailyAutomaticBackupStartTime: ontap.DailyAutomaticBackupStartTime ?? "05:00",
            WeeklyMaintenanceStartTime: ontap.WeeklyMaintenanceStartTime ?? "1:05:00",
            DeploymentType: ontap.DeploymentType,
            EndpointIpAddressRange: multiAz ? (ontap.EndpointIpAddressRange ?? "198.19.255.0/24") : undefined,
            Endpoints: { Intercluster: endpoint("intercluster"), Management: endpoint("management") },
            DiskIopsConfiguration: ontap.DiskIopsConfiguration ?? {
              Mode: "AUTOMATIC",
              Iops: 3 * input.StorageCapacity,
            },
            PreferredSubnetId: ontap.PreferredSubnetId ?? input.SubnetIds[0],
            RouteTableIds: multiAz ? (ontap.RouteTableIds ?? []) : undefined,
            ThroughputCapacity: throughput,
            ThroughputCapacityPerHAPair: throughput,
            HAPairs: ontap.HAPairs ?? 1,
          },
        },
      };
      region.fileSystems[id] = fileSystem;
      cloud.schedule("file system created", regionName, id);
      scheduleDailyBackups(cloud, regionName, id);
      return { FileSystem: describeFileSystem(fileSystem) };
    },

    DescribeFileSystems(input, { region }: Call) {
      const ids: string[] | undefined = input.FileSystemIds?.length ? input.FileSystemIds : undefined;
      const chosen = ids ? ids.map((id) => findFileSystem(region, id)) : Object.values(region.fileSystems);
      const { items, NextToken } = page(chosen, input);
      return { FileSystems: items.map(describeFileSystem), NextToken };
    },

    UpdateFileSystem(input, { region, regionName }: Call) {
      const fileSystem = findFileSystem(region, input.FileSystemId);
      if (fileSystem.Lifecycle !== "AVAILABLE") throw badRequest(`File system is ${fileSystem.Lifecycle}.`);
      const ontap = fileSystem.attributes.OntapConfiguration as Record<string, unknown>;
      if (input.StorageCapacity !== undefined) {
        // "at least 10 percent larger": UpdateFileSystem, Amazon FSx API Reference.
        if (input.StorageCapacity < Number(fileSystem.attributes.StorageCapacity) * 1.1)
          throw badRequest(
            "The new storage capacity must be at least 10 percent larger than the current one.",
          );
        fileSystem.attributes.StorageCapacity = input.StorageCapacity;
      }
      const {
        FsxAdminPassword: _,
        AddRouteTableIds,
        RemoveRouteTableIds,
        ...changes
      } = input.OntapConfiguration ?? {};
      const throughput = changes.ThroughputCapacity ?? changes.ThroughputCapacityPerHAPair;
      if (throughput !== undefined) {
        if (!THROUGHPUT[String(ontap.DeploymentType)].includes(throughput))
          throw badRequest(`Throughput of ${throughput} MBps is not valid for ${ontap.DeploymentType}.`);
        changes.ThroughputCapacity = changes.ThroughputCapacityPerHAPair = throughput;
      }
      if (AddRouteTableIds || RemoveRouteTableIds)
        ontap.RouteTableIds = [
          ...(ontap.RouteTableIds as string[]).filter((id) => !RemoveRouteTableIds?.includes(id)),
          ...(AddRouteTableIds ?? []),
        ];
      Object.assign(ontap, changes);
      fileSystem.Lifecycle = "UPDATING";
      cloud.schedule("file system updated", regionName, fileSystem.FileSystemId);
      return { FileSystem: describeFileSystem(fileSystem) };
    },

    DeleteFileSystem(input, { region, regionName }: Call) {
      const fileSystem = findFileSystem(region, input.FileSystemId);
      // "You must delete all volumes and SVMs on the file system first": DeleteFileSystem, Amazon FSx API Reference.
      const svms = Object.values(region.svms).filter((s) => s.FileSystemId === fileSystem.FileSystemId);
      if (svms.length > 0)
        throw badRequest(
          `Cannot delete file system ${fileSystem.FileSystemId} while it has storage virtual machines: ${svms.map((s) => s.StorageVirtualMachineId).join(", ")}.`,
        );
      if (fileSystem.Lifecycle === "DELETING") throw badRequest("The file system is being deleted.");
      fileSystem.Lifecycle = "DELETING";
      cloud.schedule("file system deleted", regionName, fileSystem.FileSystemId);
      return { FileSystemId: fileSystem.FileSystemId, Lifecycle: "DELETING" };
    },
  };

  /** The ARN of the key that encrypts the file system: one in the HSMs, one of moto's, or AWS's own. */
  async function usableKey(region: Region, id: string | undefined, regionName: string): Promise<string> {
    if (!id) return `arn:aws:kms:${regionName}:${cloud.accountId}:alias/aws/fsx`;
    const own = ownKey(region, id);
    const { Arn, state } = own
      ? { Arn: own.Arn, state: keyState(own, region) }
      : await keyOfMoto(regionName, id);
    if (state !== "Enabled") throw badRequest(`The KMS key ${id} is not usable: it is ${state}.`);
    return Arn;
  }

  async function keyOfMoto(regionName: string, KeyId: string): Promise<{ Arn: string; state: string }> {
    const { KeyMetadata } = await moto
      .kms(regionName)
      .send(new DescribeKeyCommand({ KeyId }))
      .catch((error) => {
        throw badRequest(`The KMS key ${KeyId} is not usable: ${error.message}`);
      });
    return { Arn: KeyMetadata!.Arn!, state: KeyMetadata!.KeyState! };
  }

  return operations;
}
