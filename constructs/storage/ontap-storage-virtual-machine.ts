// Storage virtual machines of a file system, each with its volumes.

import { FsxOntapStorageVirtualMachine as Machine } from "@cdktf/provider-aws/lib/fsx-ontap-storage-virtual-machine";
import { Fn, TerraformResource, Token } from "cdktf";
import { Construct } from "constructs";
import {
  AwsProps,
  applyAwsProps,
  applyDeletionPolicy,
  check,
  checkKnown,
  DeletionPolicy,
  deletionPolicyOf,
} from "../private";
import { ActiveDirectoryProps, joinDirectory } from "./active-directory";
import type { IOntapFileSystem } from "./ontap-file-system";
import {
  makeVolumes,
  OntapSecurityStyle,
  OntapVolume,
  OntapVolumeProps,
  pathOf,
  SECURITY_STYLES,
} from "./ontap-volumes";

/** What is in a storage virtual machine. */
export interface StorageVirtualMachineProps {
  /** Name, unique in the file system: a letter or `_`, then letters, digits, `_`, `.` and `-`; 47 in all. It cannot change. */
  readonly name: string;
  /**
   * Whose permissions the files of its volumes have where a volume says nothing else.
   * @default "UNIX"
   */
  readonly securityStyle?: OntapSecurityStyle;
  /**
   * The Active Directory that it joins, which SMB clients need. The operator joins; a join that fails stops the deploy before volumes are made,
   * and the next deploy tries again.
   * @default none
   */
  readonly activeDirectory?: ActiveDirectoryProps;
  /**
   * Its volumes.
   * @default none
   */
  readonly volumes?: OntapVolumeProps[];
}

/** Properties of `OntapStorageVirtualMachine`. */
export interface OntapStorageVirtualMachineProps extends StorageVirtualMachineProps, AwsProps {
  /** The file system that it is in. */
  readonly fileSystem: IOntapFileSystem;
  /**
   * What a destroy does with it and its volumes.
   * @default "retain"
   */
  readonly deletionPolicy?: DeletionPolicy;
}

/** A storage virtual machine, made. */
export interface IOntapStorageVirtualMachine {
  /** Id, `svm-` and hexadecimal digits. */
  readonly storageVirtualMachineId: string;
  /** DNS name for NFS. */
  readonly nfsDnsName: string;
  /** DNS name of the iSCSI portal; empty with more than 6 HA pairs, which have none. */
  readonly iscsiDnsName: string;
  /**
   * Command that connects a Linux client to the block devices that ONTAP lets it have; empty with more than 6 HA pairs. Source: «Mounting
   * iSCSI LUNs to a Linux client», FSx for ONTAP User Guide.
   */
  readonly iscsiCommand: string;
  /** DNS name for ONTAP's command line and REST API as `vsadmin`. */
  readonly managementDnsName: string;
  /** Its volumes, by their names. */
  readonly volumes: Record<string, OntapVolume>;
}

/** It, and what Terraform makes of it. */
export interface MadeStorageVirtualMachine extends IOntapStorageVirtualMachine {
  /** Its ARN. */
  arn: string;
  /** The machine and its volumes: a destroy deletes them by these. */
  resources: TerraformResource[];
}

/** Makes it in `scope`, as one of the file system's own parts. `at` is what errors call its members: empty, or a prefix. */
export function makeStorageVirtualMachine(
  scope: Construct,
  fileSystem: Pick<IOntapFileSystem, "fileSystemId" | "securityGroupId" | "operator">,
  deletionPolicy: DeletionPolicy,
  { name, securityStyle = "UNIX", volumes = [], activeDirectory }: StorageVirtualMachineProps,
  at = "",
): MadeStorageVirtualMachine {
  const styles = `one of ${SECURITY_STYLES.join(", ")}`;
  const NAME = "a letter or _, then letters, digits, _, . and -, at most 47 in all";
  checkKnown(scope, `${at}name`, name, NAME);
  check(scope, `${at}name`, name, (n) => /^[A-Za-z_][\w.-]{0,46}$/.test(n), NAME);
  checkKnown(scope, `${at}securityStyle`, securityStyle, styles);
  check(scope, `${at}securityStyle`, securityStyle, (s) => SECURITY_STYLES.includes(s), styles);
  const machine = new Machine(scope, "machine", {
    fileSystemId: fileSystem.fileSystemId,
    name,
    rootVolumeSecurityStyle: securityStyle,
    tags: { Name: name },
    // FSx does not return the one: after an import Terraform would replace the storage virtual machine. The other is the operator's.
    lifecycle: { ignoreChanges: ["root_volume_security_style", "active_directory_configuration"] },
  });
  applyDeletionPolicy(deletionPolicy, machine);
  const joined =
    activeDirectory &&
    joinDirectory(scope, `${at}activeDirectory`, activeDirectory, {
      fileSystemGroupId: fileSystem.securityGroupId,
      operator: fileSystem.operator,
      machineId: machine.id,
      machineArn: machine.arn,
      machine,
    });
  const place = {
    fileSystemId: fileSystem.fileSystemId,
    storageVirtualMachineId: machine.id,
    machineArn: machine.arn,
    operator: fileSystem.operator,
    deletionPolicy,
    securityStyle,
    name,
    at: `${at}volumes`,
    dependsOn: joined ? [joined] : [],
  };
  const made = makeVolumes(scope, place, volumes);
  const endpoints = machine.endpoints.get(0);
  const nfsDnsName = endpoints.nfs.get(0).dnsName;
  const iscsi = endpoints.iscsi.get(0).dnsName;
  return {
    arn: machine.arn,
    storageVirtualMachineId: machine.id,
    nfsDnsName,
    iscsiDnsName: Token.asString(Fn.try([iscsi, ""])),
    iscsiCommand: Token.asString(
      Fn.try([
        `sudo iscsiadm --mode discovery --op update --type sendtargets --portal ${iscsi} && sudo iscsiadm --mode node --login`,
        "",
      ]),
    ),
    managementDnsName: endpoints.management.get(0).dnsName,
    volumes: Object.fromEntries(
      volumes.map((volume, i) => {
        const junctionPath = pathOf(volume);
        const mountCommand =
          junctionPath &&
          `sudo mkdir -p /mnt/${volume.name} && sudo mount -t nfs -o nfsvers=4.1 ${nfsDnsName}:${junctionPath} /mnt/${volume.name}`;
        const { netBiosName, domainName } = activeDirectory ?? {};
        const windowsMountCommand =
          junctionPath &&
          activeDirectory &&
          `net use Z: \\\\${netBiosName}.${domainName}\\c$${junctionPath.replaceAll("/", "\\")}`;
        const volumeId = made[i].id;
        return [volume.name, { volumeId, junctionPath, mountCommand, windowsMountCommand }];
      }),
    ),
    resources: [machine, ...made.map((m) => m.resource)],
  };
}

/** A further storage virtual machine of a file system, such as one that another stack has made. AWS takes some minutes to make it. */
export class OntapStorageVirtualMachine extends Construct implements IOntapStorageVirtualMachine {
  readonly storageVirtualMachineId: string;
  readonly nfsDnsName: string;
  readonly iscsiDnsName: string;
  readonly iscsiCommand: string;
  readonly managementDnsName: string;
  readonly volumes: Record<string, OntapVolume>;

  constructor(scope: Construct, id: string, props: OntapStorageVirtualMachineProps) {
    super(scope, id);
    applyAwsProps(this, props);
    const { fileSystem } = props;
    const policy = deletionPolicyOf(this, props);
    const made = makeStorageVirtualMachine(this, fileSystem, policy, props);
    const resource = `storage virtual machine ${made.storageVirtualMachineId}`;
    fileSystem.operator?.guard(this, policy, { resource }, made.resources);
    this.storageVirtualMachineId = made.storageVirtualMachineId;
    this.nfsDnsName = made.nfsDnsName;
    this.iscsiDnsName = made.iscsiDnsName;
    this.iscsiCommand = made.iscsiCommand;
    this.managementDnsName = made.managementDnsName;
    this.volumes = made.volumes;
  }
}
