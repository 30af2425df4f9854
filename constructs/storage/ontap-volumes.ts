// Volumes of a file system, in one storage virtual machine.

import { FsxOntapFileSystem } from "@cdktf/provider-aws/lib/fsx-ontap-file-system";
import { FsxOntapStorageVirtualMachine } from "@cdktf/provider-aws/lib/fsx-ontap-storage-virtual-machine";
import { FsxOntapVolume } from "@cdktf/provider-aws/lib/fsx-ontap-volume";
import { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { check, checkFlags, checkKnown, checkList, checkRange } from "../private";

/** Properties of a volume. */
export interface OntapVolumeProps {
  /** Unique in the file system: a letter or `_`, then letters, digits and `_`; 203 in all. */
  readonly name: string;
  /** Size in GiB, 1 to 307,200. */
  readonly sizeGib: number;
  /**
   * Where NFS clients mount it.
   * @default "/" and the name
   */
  readonly junctionPath?: string;
  /**
   * Whether a destroy of the volume leaves a final backup, which is kept until somebody deletes it.
   * @default true
   */
  readonly finalBackup?: boolean;
}

/** Makes the storage virtual machine and the volumes in `scope`, where there are any. `name` is the file system's. */
export function ontapVolumes(
  scope: Construct,
  fileSystem: FsxOntapFileSystem,
  name: string,
  volumes: OntapVolumeProps[],
): TerraformResource[] {
  checkList(scope, "volumes", volumes, "a list of { name, sizeGib }");
  if (volumes.length === 0) return [];
  const machine = new FsxOntapStorageVirtualMachine(scope, "machine", {
    fileSystemId: fileSystem.id,
    name,
    rootVolumeSecurityStyle: "UNIX",
    tags: { Name: name },
    // FSx does not return it: after an import Terraform would replace the storage virtual machine.
    lifecycle: { ignoreChanges: ["root_volume_security_style"] },
  });
  const made = volumes.map((volume) => {
    // Source: CreateVolume and CreateOntapVolumeConfiguration, Amazon FSx API Reference.
    check(
      scope,
      "volumes.name",
      volume.name,
      (n) => /^[A-Za-z_][A-Za-z0-9_]{0,202}$/.test(n) && volumes.filter((v) => v.name === n).length === 1,
      "a letter or _, then letters, digits and _, at most 203 in all, and unique",
    );
    checkKnown(scope, "volumes.name", volume.name, "a name");
    checkRange(scope, "volumes.sizeGib", volume.sizeGib, 1, 307200, "GiB");
    checkFlags(scope, { "volumes.finalBackup": volume.finalBackup });
    const junctionPath = volume.junctionPath ?? `/${volume.name}`;
    check(
      scope,
      "volumes.junctionPath",
      junctionPath,
      (p) =>
        /^\/.{1,254}$/.test(p) && volumes.filter((v) => (v.junctionPath ?? `/${v.name}`) === p).length === 1,
      "a path that begins with /, and that no other volume has",
    );
    return new FsxOntapVolume(scope, `volume-${volume.name}`, {
      storageVirtualMachineId: machine.id,
      name: volume.name,
      sizeInMegabytes: volume.sizeGib * 1024,
      junctionPath,
      securityStyle: "UNIX",
      storageEfficiencyEnabled: true,
      skipFinalBackup: volume.finalBackup === false,
      finalBackupTags: volume.finalBackup === false ? undefined : { Name: `${name} ${volume.name} final` },
      copyTagsToBackups: true,
      tags: { Name: volume.name },
    });
  });
  return [machine, ...made];
}
