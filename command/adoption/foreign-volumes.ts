// Volumes and storage virtual machines that others have made in the stack's file system: a destroy would delete the stack's own, and fail there.

import { FSx, paginateDescribeStorageVirtualMachines, paginateDescribeVolumes } from "@aws-sdk/client-fsx";
import { invocationsFor } from "./restored-volumes";
import { Attributes, Stack } from "../app/stack";

/** Refuses a destroy that could not end: "You must delete all volumes and SVMs first": DeleteFileSystem, Amazon FSx API Reference. */
export async function refuseForeignVolumes(stack: Stack): Promise<void> {
  for (const address of stack.addresses("aws_fsx_ontap_file_system")) {
    const id = stack.instance(address)?.attributes.id as string | undefined;
    const lifecycle = stack.wanted[address].lifecycle as Attributes | undefined;
    if (!id || lifecycle?.prevent_destroy) continue; // Terraform itself refuses
    const foreign = await foreignIn(stack, id, stack.regionOf(address));
    if (foreign.length === 0) continue;
    throw new Error(
      `file system ${id} has what is not this stack's: ${foreign.map((f) => f.name).join(", ")}. ` +
        "Nothing was destroyed. Keep it elsewhere, or delete it, which loses its data; then run the destroy again:\n" +
        foreign.map((f) => `  ${f.deletion}`).join("\n"),
    );
  }
}

interface Foreign {
  name: string;
  deletion: string;
}

async function foreignIn(stack: Stack, fileSystemId: string, region: string): Promise<Foreign[]> {
  const client = new FSx({ region });
  const Filters = [{ Name: "file-system-id" as const, Values: [fileSystemId] }];
  const found: Foreign[] = [];
  for await (const { Volumes } of paginateDescribeVolumes({ client }, { Filters }))
    for (const { VolumeId: id, Name, Lifecycle, OntapConfiguration } of Volumes!) {
      const isRoot = OntapConfiguration?.StorageVirtualMachineRoot; // it goes with its machine
      if (isRoot || Lifecycle === "DELETING" || stack.inState("aws_fsx_ontap_volume", id!)) continue;
      if (invocationsFor(stack, OntapConfiguration?.StorageVirtualMachineId, Name).length > 0) continue;
      found.push({ name: `volume ${Name} (${id})`, deletion: `aws fsx delete-volume --volume-id ${id}` });
    }
  for await (const page of paginateDescribeStorageVirtualMachines({ client }, { Filters }))
    for (const { StorageVirtualMachineId: id, Name, Lifecycle } of page.StorageVirtualMachines!) {
      if (Lifecycle === "DELETING" || stack.inState("aws_fsx_ontap_storage_virtual_machine", id!)) continue;
      found.push({
        name: `storage virtual machine ${Name} (${id})`,
        deletion: `aws fsx delete-storage-virtual-machine --storage-virtual-machine-id ${id}`,
      });
    }
  return found;
}
