// IAM resources of FSx's calls. Source: «Actions, resources, and condition keys for Amazon FSx», Service Authorization Reference.

import type { AskedCall, KeyQuestion } from "../core/context";

export function fsxQuestions({ context, region, operation, input, arn, plain }: AskedCall): KeyQuestion[] {
  const { svms, volumes } = context.cloud.region(region);
  if (operation.startsWith("Describe")) return [plain("*")];
  if (input.VolumeId)
    return [plain(arn(`volume/${volumes[input.VolumeId]?.FileSystemId ?? "*"}/${input.VolumeId}`))];
  if (input.StorageVirtualMachineId) {
    const id = input.StorageVirtualMachineId;
    return [plain(arn(`storage-virtual-machine/${svms[id]?.FileSystemId ?? "*"}/${id}`))];
  }
  return [plain(input.FileSystemId ? arn(`file-system/${input.FileSystemId}`) : "*")];
}
