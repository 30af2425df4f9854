// Backups of volumes: listed, taken and restored by the operator, since Terraform's provider cannot:
// hashicorp/terraform-provider-aws#34137.

import { Fn, TerraformResource, Token } from "cdktf";
import { Construct } from "constructs";
import { ClusterOperator, RestoreVolumeEvent } from "../operator";
import { check, DeletionPolicy, PolicyStatement, refuse } from "../private";
import type { OntapVolumeProps } from "./ontap-volumes";
import { operatorFor, partsOf } from "./own-operator";

const GIBIBYTE = 1024 ** 3;
/** As the operator writes it. */
const RESTORED_FROM = "safe-storage:restored-from";

/** Where a volume is restored. */
export interface RestorePlace {
  /** Id of the file system. */
  fileSystemId: string;
  /** The storage virtual machine. */
  storageVirtualMachineId: string;
  /** Its ARN. */
  machineArn: string;
  /** The operator that restores. */
  operator: ClusterOperator | undefined;
  /** What a destroy does with the volume. */
  deletionPolicy: DeletionPolicy;
  /** What final backups are called. */
  name: string;
  /** What an error calls the list of volumes. */
  at: string;
  /** What must be there before. */
  dependsOn: TerraformResource[];
}

/** Actions, resources and condition keys for Amazon FSx, Service Authorization Reference. */
function mayRestore(
  operator: ClusterOperator,
  fileSystemId: string,
  backups: string[],
  machines: string,
): PolicyStatement[] {
  const volumes = operator.arn("fsx", `volume/${fileSystemId}/*`);
  return [
    { Action: ["fsx:DescribeBackups", "fsx:DescribeVolumes"], Resource: "*" }, // AWS has no resource for them
    { Action: ["fsx:CreateVolumeFromBackup"], Resource: [...backups, volumes, machines] },
    { Action: ["fsx:TagResource"], Resource: volumes },
  ];
}

/** A volume that was made. */
export interface MadeVolume {
  /** Its id. */
  id: string;
  /** What a destroy deletes it by. */
  resource: TerraformResource;
}

/** What restored volumes of a storage virtual machine have in common. */
export interface Restores {
  /** The operator that restores. */
  operator: ClusterOperator;
  /** Its right to do so. */
  allowed: TerraformResource;
}

/**
 * Lets the operator restore these volumes. One policy for all of them: "the total aggregate policy size … per entity" of inline policies is
 * 10,240 characters for a role («IAM and AWS STS quotas», IAM User Guide).
 */
export function permitRestores(scope: Construct, place: RestorePlace, volumes: OntapVolumeProps[]): Restores {
  const { at, fileSystemId, machineArn } = place;
  const prop = `${at}.backupId`;
  for (const volume of volumes) {
    const right = "backup- and 17 hexadecimal digits";
    check(scope, prop, volume.backupId!, (b) => /^backup-[0-9a-f]{17}$/.test(b), right);
    for (const other of ["dataProtection", "snaplock"] as const)
      if (volume[other])
        refuse(scope, `${at}.${other}`, volume[other], "left out for a volume from a backup");
  }
  const ids = volumes.map(({ backupId }) => backupId!);
  const operator = operatorFor(scope, prop, ids[0], place.operator, "restore it");
  const backups = ids.map((id) => operator.arn("fsx", `backup/${id}`));
  const finalBackups = volumes.some(({ finalBackup = true }) => finalBackup);
  const allowed = operator.allow(`${partsOf(scope)}-restored-volumes`, [
    ...mayRestore(operator, fileSystemId, backups, machineArn),
    {
      Action: ["fsx:UpdateVolume", "fsx:DeleteVolume"],
      Resource: operator.arn("fsx", `volume/${fileSystemId}/*`),
      Condition: { StringEquals: { [`aws:ResourceTag/${RESTORED_FROM}`]: ids } },
    },
    ...(finalBackups
      ? [
          {
            Action: ["fsx:DeleteVolume", "fsx:TagResource"],
            Resource: operator.arn("fsx", "backup/*"), // final backups have no ids yet
          },
        ]
      : []),
  ]);
  return { operator, allowed };
}

/** Restores a backup into a volume of its own. */
export function restoreVolume(
  scope: Construct,
  place: RestorePlace,
  { operator, allowed }: Restores,
  volume: OntapVolumeProps,
): MadeVolume {
  const { name, backupId, finalBackup = true } = volume;
  const { storageVirtualMachineId } = place;
  const id = `${partsOf(scope)}-volume-${name}`;
  const which = { storageVirtualMachineId, name, backupId: backupId! };
  const dependsOn = [...place.dependsOn, allowed, ...operator.reach("fsx")];
  const restored = operator.invoke(
    id,
    "restore-volume",
    { ...which, configuration: configurationOf(volume) },
    { attempts: 4, dependsOn },
  );
  const retained = place.deletionPolicy === "retain";
  const removal = operator.beforeDestroy(
    scope,
    `volume-${name}-removal`,
    retained ? "retain" : "delete-volume",
    {
      ...which,
      resource: `volume ${name}`,
      ...(finalBackup && { finalBackup, finalBackupName: `${place.name} ${name} final` }),
    },
    [restored, allowed],
  );
  return {
    id: Token.asString(Fn.lookup(Fn.jsondecode(restored.result), "volumeId", "")),
    resource: removal,
  };
}

/** As the API has it: OntapConfiguration, CreateVolumeFromBackup. What is left out is as it was when the backup was taken. */
function configurationOf(volume: OntapVolumeProps): RestoreVolumeEvent["configuration"] {
  const { name, sizeGib, junctionPath, securityStyle, storageEfficiency = true, snapshotPolicy } = volume;
  const { tieringPolicy, volumeStyle, aggregates, constituentsPerAggregate } = volume;
  const configuration = {
    SizeInBytes: sizeGib * GIBIBYTE,
    JunctionPath: junctionPath ?? `/${name}`,
    SecurityStyle: securityStyle,
    StorageEfficiencyEnabled: storageEfficiency,
    SnapshotPolicy: snapshotPolicy,
    TieringPolicy: tieringPolicy && {
      Name: tieringPolicy.name,
      ...(tieringPolicy.coolingPeriodDays && { CoolingPeriod: tieringPolicy.coolingPeriodDays }),
    },
    VolumeStyle: volumeStyle,
    AggregateConfiguration:
      aggregates || constituentsPerAggregate
        ? {
            ...(aggregates && { Aggregates: aggregates }),
            ...(constituentsPerAggregate && { ConstituentsPerAggregate: constituentsPerAggregate }),
          }
        : undefined,
  };
  return Object.fromEntries(Object.entries(configuration).filter(([, value]) => value !== undefined));
}

/** Lets `safe-storage backups` list, take and restore backups of the file system's volumes, by the operator. */
export function permitBackupsOnDemand(
  scope: Construct,
  operator: ClusterOperator | undefined,
  fileSystemId: string,
): void {
  const on = operatorFor(scope, "backupsOnDemand", true, operator, "take and restore them");
  const volumes = on.arn("fsx", `volume/${fileSystemId}/*`);
  const backups = on.arn("fsx", "backup/*"); // of one file system's IAM has a resource only by their ids
  const machines = on.arn("fsx", `storage-virtual-machine/${fileSystemId}/*`);
  on.allow(`${partsOf(scope)}-volume-backups`, [
    ...mayRestore(on, fileSystemId, [backups], machines),
    { Action: ["fsx:CreateBackup"], Resource: [volumes, backups] },
    { Action: ["fsx:TagResource"], Resource: backups },
  ]);
  on.reach("fsx");
}
