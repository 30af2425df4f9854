// The FSx for NetApp ONTAP file system, encrypted by a key in the HSMs.

import { FsxOntapFileSystem } from "@cdktf/provider-aws/lib/fsx-ontap-file-system";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { Address4 } from "ip-address";
import {
  MAX_PAIRS_WITH_BLOCK_STORAGE,
  maxStorageVirtualMachines,
  ONTAP_DEPLOYMENT_TYPES,
  ONTAP_LIMITS,
  OntapDeploymentType,
} from "../../aws-limits/ontap-file-systems";
import {
  AwsProps,
  applyAwsProps,
  applyDeletionPolicy,
  DeletionPolicy,
  deletionPolicyOf,
  refuseReplacement,
  overlap,
  parseRange,
  NameProps,
  nameOf,
  check,
  checkFlags,
  checkId,
  checkKnown,
  checkList,
  checkRange,
  refuse,
} from "../private";
import { IHsmKey } from "../key-store";
import { HsmSubnet, IHsmNetwork } from "../network";
import { ClusterOperator } from "../operator";
import { AllowOptions, allowClients, OntapClients } from "./client-access";
import { keepPasswords, OntapPasswordsProps } from "./ontap-passwords";
import { OntapSizeProps, sizeOf, totalThroughput } from "./ontap-size";
import {
  IOntapStorageVirtualMachine,
  makeStorageVirtualMachine,
  MadeStorageVirtualMachine,
  StorageVirtualMachineProps,
} from "./ontap-storage-virtual-machine";
import { MAX_FLEXVOL_GIB, OntapVolumeProps } from "./ontap-volumes";
import { permitBackupsOnDemand } from "./volume-backups";

export type { OntapDeploymentType } from "../../aws-limits/ontap-file-systems";

/** Properties of `OntapFileSystem`. */
export interface OntapFileSystemProps extends OntapSizeProps, NameProps, AwsProps {
  /** The network of its subnets. */
  readonly network: IHsmNetwork;
  /** The key that encrypts the file system. It cannot change. */
  readonly key: IHsmKey;
  /**
   * Deployment type: one availability zone or two, and the generation. The third needs AWS provider 6. It cannot change.
   * @default "MULTI_AZ_1"
   */
  readonly deploymentType?: OntapDeploymentType;
  /**
   * Availability zones of the network that it is in: the one of the preferred file server first, then, for a Multi-AZ file system, that of
   * the standby. They cannot change.
   * @default the network's first
   */
  readonly availabilityZones?: string[];
  /**
   * Route tables of a Multi-AZ file system, in which FSx keeps the routes to its floating addresses: those of all subnets with clients.
   * FSx tags them; whatever makes them must leave the tag `AmazonFSx`.
   * @default the network's
   */
  readonly routeTableIds?: string[];
  /**
   * Where a Multi-AZ file system has the addresses of its endpoints: an IPv4 range in CIDR notation between /16 and /28 that no subnet of
   * the VPC overlaps, and nothing that the VPC is connected to; other file systems may have the same. A Single-AZ one has none. It cannot
   * change. Source: EndpointIpAddressRange, CreateFileSystemOntapConfiguration, Amazon FSx API Reference.
   * @default a range of 198.19.0.0/16 that FSx chooses; Amazon WorkSpaces has addresses there too
   */
  readonly endpointIpAddressRange?: string;
  /**
   * Retention of daily backups in days, 0 to 90; 0 takes no backups.
   * @default 30
   */
  readonly automaticBackupRetentionDays?: number;
  /**
   * Lets the operator list, take and restore backups of volumes when somebody asks for it: `safe-storage backups`. It needs an endpoint for FSx.
   * @default false
   */
  readonly backupsOnDemand?: boolean;
  /**
   * When the daily backups begin, in UTC, such as `05:00`.
   * @default AWS chooses
   */
  readonly dailyAutomaticBackupStartTime?: string;
  /**
   * When AWS may do maintenance each week, in UTC: the day, 1 for Monday to 7, and the time, such as `7:03:30`.
   * @default AWS chooses
   */
  readonly weeklyMaintenanceStartTime?: string;
  /**
   * Volumes, in one storage virtual machine of the file system's name; `[]` for none, and no storage virtual machine. A file system is not
   * deleted as long as it has volumes that somebody else has made: DeleteFileSystem, Amazon FSx API Reference.
   * @default one, `data`, as large as the SSD storage, at most 307,200 GiB; none where `storageVirtualMachines` are given
   */
  readonly volumes?: OntapVolumeProps[];
  /**
   * Further storage virtual machines, each with its volumes.
   * @default none
   */
  readonly storageVirtualMachines?: StorageVirtualMachineProps[];
  /**
   * Passwords of ONTAP's administrators, `fsxadmin` of the file system and `vsadmin` of each of its storage virtual machines, in secrets of
   * their own: made in AWS, set by the operator, rotated by Secrets Manager, and in no state, plan or log.
   * @default none: nobody can log in to ONTAP
   */
  readonly passwords?: OntapPasswordsProps;
  /**
   * Who may reach the file system, and how.
   * @default nobody, but whom `allowFrom` allows
   */
  readonly clients?: OntapClients[];
  /**
   * What a destroy does with the file system and its data.
   * @default "retain"
   */
  readonly deletionPolicy?: DeletionPolicy;
}

/** A file system, made here or elsewhere. */
export interface IOntapFileSystem {
  /** Id of the file system, `fs-` and hexadecimal digits. */
  readonly fileSystemId: string;
  /** DNS name of the file system. */
  readonly dnsName: string;
  /** Security group of the file system's network interfaces. */
  readonly securityGroupId: string;
  /**
   * The operator that guards it.
   * @default none
   */
  readonly operator?: ClusterOperator;
  /**
   * Allows clients, by their security group or its id, or by their IPv4 range. Without protocols it is NFS. A text in place of the options
   * is the `id`. Source: «File system access control with Amazon VPC», FSx for ONTAP User Guide.
   */
  allowFrom(from: SecurityGroup | string, options?: AllowOptions | string): void;
}

/** Attributes of an existing file system. */
export interface OntapFileSystemAttributes extends Pick<AwsProps, "provider"> {
  /** Id of the file system, `fs-` and hexadecimal digits. */
  readonly fileSystemId: string;
  /** DNS name of the file system. */
  readonly dnsName: string;
  /** Security group of its network interfaces, to which rules are added. */
  readonly securityGroupId: string;
}

class ImportedOntapFileSystem extends Construct implements IOntapFileSystem {
  readonly fileSystemId: string;
  readonly dnsName: string;
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, attributes: OntapFileSystemAttributes) {
    super(scope, id);
    applyAwsProps(this, attributes);
    const { fileSystemId } = attributes;
    // Source: FileSystemId, Amazon FSx API Reference.
    check(
      this,
      "fileSystemId",
      fileSystemId,
      (f) => /^fs-[0-9a-f]{8,}$/.test(f),
      "fs- and hexadecimal digits",
    );
    checkId(this, "securityGroupId", attributes.securityGroupId, "sg");
    this.fileSystemId = fileSystemId;
    this.dnsName = attributes.dnsName;
    this.securityGroupId = attributes.securityGroupId;
  }

  allowFrom(from: SecurityGroup | string, options: AllowOptions | string = {}): void {
    allowClients(this, this.securityGroupId, from, typeof options === "string" ? { id: options } : options);
  }
}

/**
 * An FSx for ONTAP file system that is encrypted by a key in HSMs, with storage virtual machines and volumes. AWS takes about 25 minutes to
 * create it. Only clients that are allowed can reach it.
 */
export class OntapFileSystem extends Construct implements IOntapFileSystem {
  readonly fileSystemId: string;
  readonly dnsName: string;
  readonly securityGroupId: string;
  readonly operator?: ClusterOperator;
  /** DNS name for ONTAP's command line and REST API as `fsxadmin`. */
  readonly managementDnsName: string;
  /** ARN of the secret of `fsxadmin`, where there are `passwords`. */
  readonly adminSecretArn?: string;
  /** ARN of the secret of each `vsadmin`, by the name of its storage virtual machine, where there are `passwords`. */
  readonly machineSecretArns: Record<string, string>;
  /** Its storage virtual machines, by their names. */
  readonly storageVirtualMachines: Record<string, IOntapStorageVirtualMachine>;
  /** Dependencies: once they are met, its volumes can be mounted. */
  readonly ready: ITerraformDependable[];

  /** References an existing file system, such as one of another app. */
  static fromAttributes(
    scope: Construct,
    id: string,
    attributes: OntapFileSystemAttributes,
  ): IOntapFileSystem {
    return new ImportedOntapFileSystem(scope, id, attributes);
  }

  constructor(scope: Construct, id: string, props: OntapFileSystemProps) {
    super(scope, id);
    const name = nameOf(this, props);
    applyAwsProps(this, props);
    const type = props.deploymentType ?? "MULTI_AZ_1";
    const types = `one of ${ONTAP_DEPLOYMENT_TYPES.join(", ")}`;
    checkKnown(this, "deploymentType", type, types);
    check(this, "deploymentType", type, (t) => ONTAP_DEPLOYMENT_TYPES.includes(t), types);
    const size = sizeOf(this, type, props);
    const retention = props.automaticBackupRetentionDays ?? 30;
    checkRange(this, "automaticBackupRetentionDays", retention, 0, 90, "days");
    this.checkWindows(props, retention);

    const multiAz = ONTAP_LIMITS[type].zones > 1;
    this.checkEndpointRange(props.endpointIpAddressRange, multiAz, props.network);
    const subnets = this.subnetsOf(props, ONTAP_LIMITS[type].zones);
    const subnetIds = subnets.map((s) => s.subnetId);
    const routeTableIds = this.routeTablesOf(props, multiAz);
    const group = new SecurityGroup(this, "group", {
      namePrefix: `${name}-files-`,
      description: "FSx for ONTAP file system",
      vpcId: props.network.vpcId,
      tags: { Name: `${name}-files` },
      lifecycle: { createBeforeDestroy: true },
    });
    const fileSystem = new FsxOntapFileSystem(this, "file-system", {
      deploymentType: type,
      ...size,
      subnetIds,
      preferredSubnetId: subnetIds[0],
      routeTableIds: routeTableIds.length > 0 ? routeTableIds : undefined,
      endpointIpAddressRange: props.endpointIpAddressRange,
      securityGroupIds: [group.id],
      kmsKeyId: props.key.keyArn,
      automaticBackupRetentionDays: retention,
      dailyAutomaticBackupStartTime: props.dailyAutomaticBackupStartTime,
      weeklyMaintenanceStartTime: props.weeklyMaintenanceStartTime,
      tags: { Name: name },
      // FSx does not return a file system's security groups: after an import Terraform would replace it with all its data.
      lifecycle: { ignoreChanges: ["security_group_ids"] },
    });
    this.requireProviderFor(type, fileSystem);
    const policy = deletionPolicyOf(this, props);
    applyDeletionPolicy(policy, fileSystem);
    refuseReplacement(
      this,
      fileSystem,
      {
        deploymentType: type,
        key: props.key.keyArn,
        subnets: subnets.map((s) => `${s.availabilityZone} ${s.cidrBlock}`).join(", "),
      },
      "AWS would make another file system, without the data of this one",
      { optional: { endpointIpAddressRange: props.endpointIpAddressRange } },
    );
    this.operator = props.key.operator;
    this.fileSystemId = fileSystem.id;
    this.securityGroupId = group.id;
    const machines = this.makeMachines(name, props, policy, size.storageCapacity, totalThroughput(size));
    const all = [fileSystem, ...Object.values(machines).flatMap((m) => m.resources)];
    this.operator?.guard(this, policy, { resource: `file system ${fileSystem.id}` }, all);
    this.dnsName = fileSystem.dnsName;
    this.managementDnsName = fileSystem.endpoints.get(0).management.get(0).dnsName;
    this.storageVirtualMachines = machines;
    this.ready = all;
    const passwords =
      props.passwords && keepPasswords(this, this.operator, fileSystem, machines, props.passwords);
    this.adminSecretArn = passwords?.adminSecretArn;
    this.machineSecretArns = passwords?.machineSecretArns ?? {};
    checkFlags(this, { backupsOnDemand: props.backupsOnDemand });
    if (props.backupsOnDemand) permitBackupsOnDemand(this, this.operator, this.fileSystemId);
    this.allowAll(props);
  }

  /** The one of the file system's own name in `this`, where it has always been; the others each in a scope of its name. */
  private makeMachines(
    name: string,
    props: OntapFileSystemProps,
    policy: DeletionPolicy,
    storageCapacityGib: number,
    throughput: number,
  ): Record<string, MadeStorageVirtualMachine> {
    const further = props.storageVirtualMachines ?? [];
    checkList(this, "storageVirtualMachines", further, "a list of { name, volumes }");
    const defaultSizeGib = Token.isUnresolved(storageCapacityGib)
      ? 1024
      : Math.min(storageCapacityGib, MAX_FLEXVOL_GIB);
    const volumes = props.volumes ?? (further.length > 0 ? [] : [{ name: "data", sizeGib: defaultSizeGib }]);
    checkList(this, "volumes", volumes, "a list of { name, sizeGib }");
    const count = further.length + (volumes.length > 0 ? 1 : 0);
    const most = maxStorageVirtualMachines(Token.isUnresolved(throughput) ? Infinity : throughput);
    if (count > most)
      refuse(this, "storageVirtualMachines", count, `${most} at most with ${throughput} MBps`);
    const made: Record<string, MadeStorageVirtualMachine> = {};
    if (volumes.length > 0) made[name] = makeStorageVirtualMachine(this, this, policy, { name, volumes });
    for (const machine of further) {
      if (machine.name in made)
        refuse(
          this,
          "storageVirtualMachines.name",
          machine.name,
          "a name that no other of the file system has",
        );
      const scope = new Construct(this, `machine-${machine.name}`);
      made[machine.name] = makeStorageVirtualMachine(scope, this, policy, machine, "storageVirtualMachines.");
    }
    return made;
  }

  /** The subnets of its zones, the preferred first. */
  private subnetsOf({ network, availabilityZones }: OntapFileSystemProps, count: number): HsmSubnet[] {
    if (availabilityZones === undefined) return network.subnets.slice(0, count);
    const known = network.subnets.map((s) => s.availabilityZone);
    const right = `${count === 1 ? "one zone" : "two zones"} of the network's: ${known.join(", ")}`;
    checkList(this, "availabilityZones", availabilityZones, right);
    checkKnown(this, "availabilityZones", availabilityZones, right);
    check(
      this,
      "availabilityZones",
      availabilityZones,
      (zones) =>
        zones.length === count && new Set(zones).size === count && zones.every((z) => known.includes(z)),
      right,
    );
    return availabilityZones.map((zone) => network.subnets.find((s) => s.availabilityZone === zone)!);
  }

  private routeTablesOf({ network, routeTableIds }: OntapFileSystemProps, multiAz: boolean): string[] {
    if (routeTableIds === undefined) return multiAz ? network.routeTableIds : [];
    if (!multiAz) refuse(this, "routeTableIds", routeTableIds, "left out for a Single-AZ file system");
    checkList(this, "routeTableIds", routeTableIds, "a list of route tables' ids");
    for (const [i, id] of routeTableIds.entries()) checkId(this, `routeTableIds[${i}]`, id, "rtb");
    return routeTableIds;
  }

  /** Source: DailyTime, WeeklyTime, Amazon FSx API Reference. */
  private checkWindows(props: OntapFileSystemProps, retentionDays: number): void {
    const { dailyAutomaticBackupStartTime: daily, weeklyMaintenanceStartTime: weekly } = props;
    const time = "([01]\\d|2[0-3]):[0-5]\\d";
    check(
      this,
      "dailyAutomaticBackupStartTime",
      daily,
      (t) => t === undefined || new RegExp(`^${time}$`).test(t),
      "a time of day, such as 05:00",
    );
    if (daily !== undefined && retentionDays === 0)
      refuse(this, "dailyAutomaticBackupStartTime", daily, "left out without automatic backups");
    check(
      this,
      "weeklyMaintenanceStartTime",
      weekly,
      (t) => t === undefined || new RegExp(`^[1-7]:${time}$`).test(t),
      "a day, 1 for Monday to 7, and a time, such as 7:03:30",
    );
  }

  /** The third generation is younger than version 5 of the provider, which refuses it at plan without a reason. */
  private requireProviderFor(
    type: OntapDeploymentType,
    { terraformGeneratorMetadata }: FsxOntapFileSystem,
  ): void {
    const version = terraformGeneratorMetadata?.providerVersion ?? "";
    if (ONTAP_LIMITS[type].generation > 2 && version.startsWith("5."))
      refuse(
        this,
        "deploymentType",
        type,
        `of the first or second generation with AWS provider ${version}; the third needs version 6`,
      );
  }

  private allowAll({ clients = [], haPairs = 1 }: OntapFileSystemProps): void {
    const right =
      'a list of { from, protocols }, where from is a security group or a range such as "10.0.0.0/24"';
    checkList(this, "clients", clients, right);
    for (const { from, protocols } of clients) {
      checkKnown(this, "clients.from", from, "a security group's id or an IPv4 range");
      if (!String(from).includes("/")) checkId(this, "clients.from", from, "sg");
      allowClients(this, this.securityGroupId, from, { protocols }, "clients.protocols");
      const block = protocols?.find((p) => p === "iscsi" || p === "nvme");
      if (block && haPairs > MAX_PAIRS_WITH_BLOCK_STORAGE)
        refuse(
          this,
          "clients.protocols",
          block,
          `left out with more than ${MAX_PAIRS_WITH_BLOCK_STORAGE} HA pairs, which have no block storage`,
        );
    }
  }

  /** "As long as they don't overlap with any subnet": EndpointIpAddressRange, Amazon FSx API Reference. */
  private checkEndpointRange(given: string | undefined, multiAz: boolean, network: IHsmNetwork): void {
    const prop = "endpointIpAddressRange";
    if (given === undefined) return;
    if (!multiAz) refuse(this, prop, given, "left out for a Single-AZ file system");
    checkKnown(this, prop, given, "an IPv4 range in CIDR notation");
    const range = parseRange(this, prop, given);
    for (const { cidrBlock } of network.subnets)
      if (!Token.isUnresolved(cidrBlock) && overlap(range, new Address4(cidrBlock)))
        refuse(this, prop, given, `apart from the VPC's subnets: it overlaps ${cidrBlock}`);
  }

  allowFrom(from: SecurityGroup | string, options: AllowOptions | string = {}): void {
    allowClients(this, this.securityGroupId, from, typeof options === "string" ? { id: options } : options);
  }
}
