// The FSx for NetApp ONTAP file system, encrypted by a key in the HSMs.

import { FsxOntapFileSystem } from "@cdktf/provider-aws/lib/fsx-ontap-file-system";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { Address4 } from "ip-address";
import { throughputOfPair } from "../../aws-limits/ontap-file-systems";
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
  checkId,
  checkKnown,
  checkRange,
  refuse,
} from "../private";
import { IHsmKey } from "../key-store";
import { IHsmNetwork } from "../network";
import { allowNfsClients } from "./nfs-clients";
import { OntapVolumeProps, ontapVolumes } from "./ontap-volumes";

export type { OntapVolumeProps } from "./ontap-volumes";

/** Those that the AWS provider takes. */
const TYPES = ["SINGLE_AZ_1", "MULTI_AZ_1", "SINGLE_AZ_2", "MULTI_AZ_2"] as const;

/** How many zones and which generation: «Availability and durability», FSx for ONTAP User Guide. */
export type OntapDeploymentType = (typeof TYPES)[number];

/** Properties of `OntapFileSystem`. */
export interface OntapFileSystemProps extends NameProps, AwsProps {
  /** The network. The first subnet is the preferred one; a Multi-AZ file system uses the first two. */
  readonly network: IHsmNetwork;
  /** The key that encrypts the file system. It cannot change. */
  readonly key: IHsmKey;
  /**
   * SSD storage in GiB, 1,024 to 196,608.
   * @default 1024
   */
  readonly storageCapacityGib?: number;
  /**
   * Throughput in MBps: 128, 256, 512, 1024, 2048 or 4096 in the first generation, 384, 768, 1536, 3072 or 6144 in the second.
   * @default the smallest of the deployment type
   */
  readonly throughputCapacityMbps?: number;
  /**
   * Deployment type: one availability zone or two, and the generation. It cannot change.
   * @default "MULTI_AZ_1"
   */
  readonly deploymentType?: OntapDeploymentType;
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
   * Volumes, in one storage virtual machine of the file system's name. A file system is not deleted as long as it has volumes
   * that somebody else has made: DeleteFileSystem, Amazon FSx API Reference.
   * @default none
   */
  readonly volumes?: OntapVolumeProps[];
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
   * Allows NFS clients, by their security group or its id. `id` must be unique among these calls; it is required if the id of the group is
   * known only at deploy. By default it is the id of the group. Source: «File system access control with Amazon VPC», FSx for ONTAP User
   * Guide.
   */
  allowFrom(securityGroup: SecurityGroup | string, id?: string): void;
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

  allowFrom(securityGroup: SecurityGroup | string, id?: string): void {
    allowNfsClients(this, this.securityGroupId, securityGroup, id);
  }
}

/**
 * An FSx for ONTAP file system that is encrypted by a key in HSMs. AWS takes about 25 minutes to create it. Only clients that `allowFrom`
 * allows can reach it.
 */
export class OntapFileSystem extends Construct implements IOntapFileSystem {
  readonly fileSystemId: string;
  readonly dnsName: string;
  readonly securityGroupId: string;

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
    checkKnown(this, "deploymentType", type, `one of ${TYPES.join(", ")}`);
    check(this, "deploymentType", type, (t) => TYPES.includes(t), `one of ${TYPES.join(", ")}`);
    const allowed = throughputOfPair(type, 1);
    const throughput = props.throughputCapacityMbps ?? allowed[0];
    check(
      this,
      "throughputCapacityMbps",
      throughput,
      (t) => allowed.includes(t),
      `one of ${allowed.join(", ")} for ${type}`,
    );
    const capacity = props.storageCapacityGib ?? 1024;
    checkRange(this, "storageCapacityGib", capacity, 1024, 196608, "GiB");
    const retention = props.automaticBackupRetentionDays ?? 30;
    checkRange(this, "automaticBackupRetentionDays", retention, 0, 90, "days");

    const multiAz = type.startsWith("MULTI_AZ");
    this.checkEndpointRange(props.endpointIpAddressRange, multiAz, props.network);
    const subnetIds = props.network.subnets.slice(0, multiAz ? 2 : 1).map((s) => s.subnetId);
    const group = new SecurityGroup(this, "group", {
      namePrefix: `${name}-files-`,
      description: "FSx for ONTAP file system",
      vpcId: props.network.vpcId,
      tags: { Name: `${name}-files` },
      lifecycle: { createBeforeDestroy: true },
    });
    const fileSystem = new FsxOntapFileSystem(this, "file-system", {
      deploymentType: type,
      storageCapacity: capacity,
      // The provider reads the total of this type as 0, and would change it in each plan: hashicorp/terraform-provider-aws#38663, #47825.
      ...(type === "SINGLE_AZ_2"
        ? { haPairs: 1, throughputCapacityPerHaPair: throughput }
        : { throughputCapacity: throughput }),
      subnetIds,
      preferredSubnetId: subnetIds[0],
      routeTableIds:
        multiAz && props.network.routeTableIds.length > 0 ? props.network.routeTableIds : undefined,
      endpointIpAddressRange: props.endpointIpAddressRange,
      securityGroupIds: [group.id],
      kmsKeyId: props.key.keyArn,
      automaticBackupRetentionDays: retention,
      tags: { Name: name },
      // FSx does not return a file system's security groups: after an import Terraform would replace it with all its data.
      lifecycle: { ignoreChanges: ["security_group_ids"] },
    });
    const policy = deletionPolicyOf(this, props);
    applyDeletionPolicy(policy, fileSystem);
    refuseReplacement(
      this,
      fileSystem,
      {
        deploymentType: type,
        key: props.key.keyArn,
        subnets: props.network.subnets
          .slice(0, subnetIds.length)
          .map((s) => `${s.availabilityZone} ${s.cidrBlock}`)
          .join(", "),
      },
      "AWS would make another file system, without the data of this one",
      { optional: { endpointIpAddressRange: props.endpointIpAddressRange } },
    );
    const content = ontapVolumes(this, fileSystem, name, props.volumes ?? []);
    applyDeletionPolicy(policy, ...content);
    const all = [fileSystem, ...content];
    props.key.operator?.guard(this, policy, { resource: `file system ${fileSystem.id}` }, all);
    this.fileSystemId = fileSystem.id;
    this.dnsName = fileSystem.dnsName;
    this.securityGroupId = group.id;
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

  allowFrom(securityGroup: SecurityGroup | string, id?: string): void {
    allowNfsClients(this, this.securityGroupId, securityGroup, id);
  }
}
