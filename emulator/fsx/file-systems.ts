// FSx for NetApp ONTAP file systems: created, described, updated, deleted.

import { CreateNetworkInterfaceCommand, DeleteNetworkInterfaceCommand } from "@aws-sdk/client-ec2";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { ensureServiceLinkedRole } from "../access/service-linked-roles";
import { hexId } from "../core/cloud";
import { Call, Context, Operation } from "../core/context";
import { AwsError } from "../core/errors";
import { refusedByKeyPolicy } from "../kms/access";
import { keyState, ownKey } from "../kms/lookup";
import { FileSystem, Region } from "../core/state";
import { deleteAutomaticBackups, scheduleDailyBackups } from "./backups";
import { administrativeActions, beginUpdate, refuseSecondResize } from "./administrative-actions";
import { badRequest, serviceLimitExceeded } from "./errors";
import { describeFileSystem, findFileSystem, madeBefore, page, requested } from "./lookup";
import { addressInRange, checkNetwork, refuseForSingleAz, unusedEndpointRange } from "./placement";
import { markRouteTables } from "./route-tables";
import { changedSize, isMultiAz, newSize, Size } from "./sizing";

/** What FSx does with the key in its caller's name: "Required" in «Amazon FSx key policies for AWS KMS», «Encryption of data at rest». */
const KEY_ACTIONS = [
  "kms:DescribeKey",
  "kms:CreateGrant",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:Decrypt",
];

export function fileSystemOperations(context: Context): Record<string, Operation> {
  const { cloud, moto } = context;

  const settle = (regionName: string, id: string) => {
    const fileSystem = cloud.region(regionName).fileSystems[id];
    if (fileSystem) fileSystem.Lifecycle = "AVAILABLE";
  };
  cloud.on("file system created", settle);
  administrativeActions(cloud);
  cloud.on("file system deleted", async (regionName, id) => {
    const region = cloud.region(regionName);
    for (const eni of region.fileSystems[id].attributes.NetworkInterfaceIds as string[])
      await moto.ec2(regionName).send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: eni }));
    delete region.fileSystems[id];
  });

  const operations: Record<string, Operation> = {
    async CreateFileSystem(input, { region, regionName, caller }: Call) {
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
      refuseOtherTypes(input);
      const Subnets = await checkNetwork(context, regionName, input);
      const multiAz = isMultiAz(ontap.DeploymentType);
      const { StorageCapacity, ...size } = newSize(ontap.DeploymentType, {
        ...ontap,
        StorageCapacity: input.StorageCapacity,
      });
      checkQuotas(context, Object.values(region.fileSystems), { StorageCapacity, ...size });
      const kmsKeyArn = await usableKey(region, input.KmsKeyId, regionName, caller?.roleArn);
      const routeTables = multiAz
        ? await markRouteTables(context, regionName, Subnets[0].VpcId!, ontap.RouteTableIds ?? [])
        : undefined;
      await ensureServiceLinkedRole(context, "fsx");
      const id = hexId("fs");
      const interfaces = await Promise.all(
        input.SubnetIds.map((subnet: string) =>
          moto.ec2(regionName).send(
            new CreateNetworkInterfaceCommand({
              SubnetId: subnet,
              Groups: input.SecurityGroupIds,
              Description: `FSx ${id}`,
              // Three addresses in each subnet: docs/unverified.md#file-system-addresses.
              SecondaryPrivateIpAddressCount: 2,
            }),
          ),
        ),
      );
      const addresses = interfaces.map((i) => i.NetworkInterface!.PrivateIpAddress!);
      const range = multiAz
        ? (ontap.EndpointIpAddressRange ?? unusedEndpointRange(Object.values(region.fileSystems)))
        : undefined;
      const endpoint = (name: string, IpAddresses: string[]) => ({
        DNSName: `${name}.${id}.fsx.${regionName}.amazonaws.com`,
        IpAddresses,
      });
      const fileSystem: FileSystem = {
        FileSystemId: id,
        Lifecycle: "CREATING",
        CreationTime: cloud.timestamp(),
        ...requested(input),
        tags: input.Tags ?? [],
        adminPassword: ontap.FsxAdminPassword,
        attributes: {
          OwnerId: cloud.accountId,
          FileSystemType: "ONTAP",
          StorageCapacity,
          StorageType: "SSD",
          NetworkType: input.NetworkType ?? "IPV4",
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
            EndpointIpAddressRange: range,
            Endpoints: {
              Intercluster: endpoint("intercluster", addresses),
              Management: endpoint("management", range ? [addressInRange(range, 0)] : addresses),
            },
            PreferredSubnetId: ontap.PreferredSubnetId ?? input.SubnetIds[0],
            RouteTableIds: routeTables,
            ...size,
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

    async UpdateFileSystem(input, { region, regionName }: Call) {
      const fileSystem = findFileSystem(region, input.FileSystemId);
      if (!["AVAILABLE", "UPDATING"].includes(fileSystem.Lifecycle))
        throw badRequest(`File system is ${fileSystem.Lifecycle}.`);
      refuseSecondResize(cloud, fileSystem, input);
      // "The Lustre version …", "Changes the network type of an FSx for OpenZFS file system": UpdateFileSystem.
      for (const name of ["StorageType", "FileSystemTypeVersion", "NetworkType"])
        if (input[name] !== undefined) throw badRequest(`${name} of an ONTAP file system cannot be changed.`);
      const ontap = fileSystem.attributes.OntapConfiguration as Record<string, any>;
      const { FsxAdminPassword, AddRouteTableIds, RemoveRouteTableIds, ...changes } =
        input.OntapConfiguration ?? {};
      const { StorageCapacity, ...size } = changedSize(ontap.DeploymentType, sizeOf(fileSystem), {
        ...changes,
        StorageCapacity: input.StorageCapacity,
      });
      const others = Object.values(region.fileSystems).filter((f) => f !== fileSystem);
      checkQuotas(context, others, { StorageCapacity, ...size });
      if (AddRouteTableIds || RemoveRouteTableIds) {
        refuseForSingleAz(ontap.DeploymentType, { AddRouteTableIds, RemoveRouteTableIds });
        const vpcId = fileSystem.attributes.VpcId as string;
        if (AddRouteTableIds?.length) await markRouteTables(context, regionName, vpcId, AddRouteTableIds);
        ontap.RouteTableIds = [
          ...ontap.RouteTableIds.filter((id: string) => !RemoveRouteTableIds?.includes(id)),
          ...(AddRouteTableIds ?? []),
        ];
      }
      if (FsxAdminPassword) fileSystem.adminPassword = FsxAdminPassword;
      // Settings are so at once, the size when the update is through.
      for (const name of Object.keys(changes)) if (!(name in size)) ontap[name] = changes[name];
      if (changes.AutomaticBackupRetentionDays === 0) deleteAutomaticBackups(region, fileSystem.FileSystemId);
      beginUpdate(cloud, regionName, fileSystem, input, { StorageCapacity, ontap: size });
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
      // "Any existing automatic backups and snapshots are also deleted": DeleteFileSystem, Amazon FSx API Reference.
      deleteAutomaticBackups(region, fileSystem.FileSystemId);
      cloud.schedule("file system deleted", regionName, fileSystem.FileSystemId);
      return { FileSystemId: fileSystem.FileSystemId, Lifecycle: "DELETING" };
    },
  };

  /** The ARN of the key that encrypts the file system: one in the HSMs, one of moto's, or AWS's own. */
  async function usableKey(
    region: Region,
    id: string | undefined,
    regionName: string,
    roleArn: string | undefined,
  ): Promise<string> {
    if (!id) return `arn:aws:kms:${regionName}:${cloud.accountId}:alias/aws/fsx`;
    const own = ownKey(region, id);
    const { Arn, state } = own
      ? { Arn: own.Arn, state: keyState(own, region) }
      : await keyOfMoto(regionName, id);
    if (state !== "Enabled") throw badRequest(`The KMS key ${id} is not usable: it is ${state}.`);
    const refused = own && refusedByKeyPolicy(context, own, "fsx", regionName, roleArn, KEY_ACTIONS);
    if (refused) throw badRequest(`The KMS key ${id} is not usable: its policy does not allow ${refused}.`);
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

const sizeOf = ({ attributes }: FileSystem): Size => ({
  ...(attributes.OntapConfiguration as Omit<Size, "StorageCapacity">),
  StorageCapacity: attributes.StorageCapacity as number,
});

/** Members of other types of file systems. Source: CreateFileSystemRequest, Amazon FSx API Reference. */
function refuseOtherTypes(input: { StorageType?: string; FileSystemTypeVersion?: string }): void {
  if ((input.StorageType ?? "SSD") !== "SSD")
    throw badRequest(`StorageType ${input.StorageType} is not valid for ONTAP file systems: SSD is.`);
  if (input.FileSystemTypeVersion)
    throw badRequest("FileSystemTypeVersion is valid for Lustre file systems only.");
}

/** «Quotas», FSx for ONTAP User Guide: of all ONTAP file systems of an account in a Region together. */
function checkQuotas({ cloud }: Context, others: FileSystem[], wanted: Size): void {
  const sizes = [...others.map(sizeOf), wanted];
  const sum = (value: (size: Size) => number) => sizes.reduce((total, size) => total + value(size), 0);
  const limits: [limit: string, total: number, quota: number][] = [
    ["FILE_SYSTEM_COUNT", sizes.length, cloud.quotas["ontap file systems"]],
    ["TOTAL_STORAGE", sum((s) => s.StorageCapacity), cloud.quotas["ontap ssd storage"]],
    ["TOTAL_THROUGHPUT_CAPACITY", sum((s) => s.ThroughputCapacity), cloud.quotas["ontap throughput"]],
    ["TOTAL_SSD_IOPS", sum((s) => s.DiskIopsConfiguration.Iops), cloud.quotas["ontap ssd iops"]],
  ];
  for (const [limit, total, quota] of limits)
    if (total > quota)
      throw serviceLimitExceeded(limit, `The limit is ${quota}; with this it would be ${total}.`);
}
