// Storage virtual machines of ONTAP file systems, each with its root volume.

import { randomUUID } from "node:crypto";
import { MAX_PAIRS_WITH_BLOCK_STORAGE, maxStorageVirtualMachines } from "../../aws-limits/ontap-file-systems";
import { hexId } from "../core/cloud";
import { Call, Context, Operation } from "../core/context";
import { StorageVirtualMachine } from "../core/state";
import { beginJoin, endJoin } from "./active-directory";
import { badRequest, serviceLimitExceeded } from "./errors";
import { filtered, findFileSystem, findSvm, madeBefore, page, requested, shown } from "./lookup";
import { addressInRange } from "./placement";
import { addVolume } from "./volumes";

export function svmOperations(context: Context): Record<string, Operation> {
  const { cloud } = context;
  cloud.on("svm created", (region, id) => {
    const svm = cloud.region(region).svms[id];
    if (!svm) return;
    svm.Lifecycle = "CREATED";
    // Made with a directory, it is CREATED or MISCONFIGURED once the join has ended.
    endJoin(cloud.region(region), svm);
  });
  cloud.on("svm joined", (regionName, id) => {
    const region = cloud.region(regionName);
    if (["CREATED", "MISCONFIGURED"].includes(region.svms[id]?.Lifecycle)) endJoin(region, region.svms[id]);
  });
  cloud.on("svm deleted", (regionName, id) => {
    const region = cloud.region(regionName);
    delete region.svms[id];
    for (const volume of Object.values(region.volumes))
      if (volume.svmId === id) delete region.volumes[volume.VolumeId];
  });

  return {
    CreateStorageVirtualMachine(input, { region, regionName }: Call) {
      const before = madeBefore(region.svms, input);
      if (before) return { StorageVirtualMachine: shown(before) };
      const fileSystem = findFileSystem(region, input.FileSystemId);
      // One that is being updated serves on: «Updating storage capacity and provisioned IOPS», FSx for ONTAP User Guide.
      if (!["AVAILABLE", "UPDATING"].includes(fileSystem.Lifecycle))
        throw badRequest(
          `File system ${fileSystem.FileSystemId} is ${fileSystem.Lifecycle}; it must be AVAILABLE.`,
        );
      const ontap = fileSystem.attributes.OntapConfiguration as {
        HAPairs: number;
        ThroughputCapacity: number;
        EndpointIpAddressRange?: string;
        Endpoints: { Intercluster: { IpAddresses: string[] } };
      };
      const siblings = Object.values(region.svms).filter((s) => s.FileSystemId === input.FileSystemId);
      if (siblings.some((s) => s.Name === input.Name))
        throw badRequest(`A storage virtual machine with the name ${input.Name} exists on this file system.`);
      const max = maxStorageVirtualMachines(ontap.ThroughputCapacity);
      if (siblings.length >= max)
        throw serviceLimitExceeded(
          "STORAGE_VIRTUAL_MACHINES_PER_FILE_SYSTEM",
          `The file system can have ${max} storage virtual machines.`,
        );
      const id = hexId("svm");
      // Which of a Multi-AZ file system's move to the other zone, and so are in its range: «Availability and durability», User Guide.
      const moving = ontap.EndpointIpAddressRange
        ? [addressInRange(ontap.EndpointIpAddressRange, siblings.length + 1)]
        : ontap.Endpoints.Intercluster.IpAddresses;
      const endpoint = (name: string) => ({
        DNSName: `${name === "Iscsi" ? "iscsi." : ""}${id}.${input.FileSystemId}.fsx.${regionName}.amazonaws.com`,
        IpAddresses: name === "Iscsi" ? ontap.Endpoints.Intercluster.IpAddresses : moving,
      });
      const svm: StorageVirtualMachine = {
        StorageVirtualMachineId: id,
        FileSystemId: input.FileSystemId,
        Name: input.Name,
        Lifecycle: "CREATING",
        CreationTime: cloud.timestamp(),
        Subtype: "DEFAULT",
        UUID: randomUUID(),
        RootVolumeSecurityStyle: input.RootVolumeSecurityStyle ?? "UNIX",
        ResourceARN: `arn:aws:fsx:${regionName}:${cloud.accountId}:storage-virtual-machine/${input.FileSystemId}/${id}`,
        Endpoints: {
          // "Block storage protocol support … is disabled on file systems with more than 6 HA pairs": HAPairs.
          ...(ontap.HAPairs <= MAX_PAIRS_WITH_BLOCK_STORAGE && { Iscsi: endpoint("Iscsi") }),
          Management: endpoint("Management"),
          Nfs: endpoint("Nfs"),
        },
        tags: input.Tags ?? [],
        adminPassword: input.SvmAdminPassword,
        ...requested(input),
      };
      if (input.ActiveDirectoryConfiguration)
        beginJoin(cloud, regionName, svm, input.ActiveDirectoryConfiguration);
      region.svms[id] = svm;
      addVolume(context, regionName, svm, `${input.Name}_root`, { SizeInMegabytes: 1024 }, [], true);
      cloud.schedule("svm created", regionName, id);
      return { StorageVirtualMachine: shown(svm) };
    },

    DescribeStorageVirtualMachines(input, { region }: Call) {
      const ids: string[] | undefined = input.StorageVirtualMachineIds?.length
        ? input.StorageVirtualMachineIds
        : undefined;
      const all = ids ? ids.map((id) => findSvm(region, id)) : Object.values(region.svms);
      const { items, NextToken } = page(
        filtered(all, input.Filters, (s) => s.FileSystemId),
        input,
      );
      return { StorageVirtualMachines: items.map(shown), NextToken };
    },

    /** Changes the password, or joins a directory. */
    UpdateStorageVirtualMachine(input, { region, regionName }: Call) {
      const svm = findSvm(region, input.StorageVirtualMachineId);
      if (!["CREATED", "MISCONFIGURED"].includes(svm.Lifecycle))
        throw badRequest(`The storage virtual machine is ${svm.Lifecycle}.`);
      if (input.ActiveDirectoryConfiguration)
        beginJoin(cloud, regionName, svm, input.ActiveDirectoryConfiguration);
      if (input.SvmAdminPassword) svm.adminPassword = input.SvmAdminPassword;
      return { StorageVirtualMachine: shown(svm) };
    },

    DeleteStorageVirtualMachine(input, { region, regionName }: Call) {
      const svm = findSvm(region, input.StorageVirtualMachineId);
      // "you must delete all non-root volumes attached to the SVM": DeleteStorageVirtualMachine, API Reference.
      const volumes = Object.values(region.volumes).filter(
        (v) => v.svmId === svm.StorageVirtualMachineId && !v.isRoot,
      );
      if (volumes.length > 0)
        throw badRequest(
          `Delete the volumes of the storage virtual machine first: ${volumes.map((v) => v.VolumeId).join(", ")}.`,
        );
      if (svm.Lifecycle === "DELETING") throw badRequest("The storage virtual machine is being deleted.");
      svm.Lifecycle = "DELETING";
      cloud.schedule("svm deleted", regionName, svm.StorageVirtualMachineId);
      return { StorageVirtualMachineId: svm.StorageVirtualMachineId, Lifecycle: svm.Lifecycle };
    },
  };
}
