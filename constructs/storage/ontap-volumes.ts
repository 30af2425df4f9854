// Volumes of a storage virtual machine.

import { FsxOntapVolume } from "@cdktf/provider-aws/lib/fsx-ontap-volume";
import { Annotations } from "cdktf";
import { Construct } from "constructs";
import {
  applyDeletionPolicy,
  check,
  checkFlags,
  checkKnown,
  checkList,
  checkRange,
  refuse,
} from "../private";
import { SnaplockProps, snaplockOf } from "./snaplock";
import { MadeVolume, permitRestores, RestorePlace, restoreVolume } from "./volume-backups";

/** Source: SecurityStyle, CreateOntapVolumeConfiguration, Amazon FSx API Reference. */
export const SECURITY_STYLES = ["UNIX", "NTFS", "MIXED"] as const;
/** Whose permissions files have: those of NFS clients, of SMB clients, or of both. */
export type OntapSecurityStyle = (typeof SECURITY_STYLES)[number];

/** How data that is not used is moved to the capacity pool, which costs less. Source: TieringPolicy, Amazon FSx API Reference. */
export interface OntapTieringPolicy {
  /** `SNAPSHOT_ONLY`: of snapshots only; `AUTO`: of files as well; `ALL`: all of it at once; `NONE`: nothing. */
  readonly name: "SNAPSHOT_ONLY" | "AUTO" | "ALL" | "NONE";
  /**
   * Days without use after which data counts as cold, 2 to 183; with `SNAPSHOT_ONLY` and `AUTO` only.
   * @default 2 with `SNAPSHOT_ONLY`, 31 with `AUTO`
   */
  readonly coolingPeriodDays?: number;
}

/** Properties of a volume. Source: CreateOntapVolumeConfiguration, Amazon FSx API Reference. */
export interface OntapVolumeProps {
  /** Unique in its storage virtual machine: a letter or `_`, then letters, digits and `_`; 203 in all. It cannot change. */
  readonly name: string;
  /**
   * Size in GiB: 1 to 307,200 of a FlexVol volume, 800 for each aggregate to 20,971,520 of a FlexGroup volume. Space is taken from the
   * file system as it is used, not before.
   */
  readonly sizeGib: number;
  /**
   * Where clients mount it. A data protection volume has none.
   * @default "/" and the name
   */
  readonly junctionPath?: string;
  /**
   * Whose permissions its files have.
   * @default the storage virtual machine's; of a volume from a backup, that of the backup
   */
  readonly securityStyle?: OntapSecurityStyle;
  /**
   * What is moved to the capacity pool.
   * @default AWS's: snapshots after 2 days; of a volume from a backup, that of the backup
   */
  readonly tieringPolicy?: OntapTieringPolicy;
  /**
   * Whether data is deduplicated, compressed and compacted.
   * @default true
   */
  readonly storageEfficiency?: boolean;
  /**
   * Name of the policy by which ONTAP takes snapshots: `default`, `default-1weekly`, `none`, or one that was made in ONTAP.
   * @default "default": 6 hourly, 2 daily and 2 weekly snapshots
   */
  readonly snapshotPolicy?: string;
  /**
   * Protects files from being changed or deleted before their time. Before the volume is gone, neither is the file system, and the key must
   * stay: a destroy waits until the last file's time is over.
   * @default none
   */
  readonly snaplock?: SnaplockProps;
  /**
   * Whether it is the destination of a SnapMirror relationship, which only SnapMirror writes to. Such a volume leaves no final backup. It is
   * decided when the volume is made; after `snapmirror break` remove the line, and the next deploy gives the volume its junction path.
   * @default false
   */
  readonly dataProtection?: boolean;
  /**
   * `FLEXGROUP` spreads the volume over aggregates, for more than 300 TiB or several HA pairs. It cannot change.
   * @default "FLEXVOL"
   */
  readonly volumeStyle?: "FLEXVOL" | "FLEXGROUP";
  /**
   * Aggregates that it is on, by their names: `aggr1` is the first HA pair's. A FlexVol volume is on one. They cannot change.
   * @default `aggr1`, for a FlexGroup volume all
   */
  readonly aggregates?: string[];
  /**
   * Parts of a FlexGroup volume on each aggregate, 1 to 200. It cannot change.
   * @default 8 for a FlexGroup volume
   */
  readonly constituentsPerAggregate?: number;
  /**
   * Whether a destroy of the volume leaves a final backup, which is kept until somebody deletes it. It needs the key as long as it is there.
   * @default true, false for a data protection volume
   */
  readonly finalBackup?: boolean;
  /**
   * Id of a backup of a volume, `backup-` and 17 hexadecimal digits: the operator restores it into this volume, and later changes and deletes
   * the volume, since Terraform's provider cannot make one from a backup. It cannot change. `safe-storage deploy` hands the volume over to
   * Terraform once the line is removed; `cdktf deploy` would delete it, so keep the line there. Not for data protection and SnapLock
   * volumes. Source: CreateVolumeFromBackup, Amazon FSx API Reference.
   * @default none: the volume is empty
   */
  readonly backupId?: string;
}

/** A volume, made. */
export interface OntapVolume {
  /** Id of the volume, `fsvol-` and hexadecimal digits. */
  readonly volumeId: string;
  /**
   * Where clients mount it.
   * @default none, as a data protection volume has
   */
  readonly junctionPath?: string;
  /**
   * Command that mounts it on Linux by NFS 4.1, in /mnt and its name. Source: «Mounting volumes on Linux clients», FSx for ONTAP User Guide.
   * @default none, as a data protection volume has
   */
  readonly mountCommand?: string;
  /**
   * Command that mounts it on Windows by SMB, as drive Z. Source: «Mounting volumes on Microsoft Windows clients», the same guide.
   * @default none, as outside of an Active Directory
   */
  readonly windowsMountCommand?: string;
}

/** Where volumes are made, and how errors call them. */
interface VolumesPlace extends RestorePlace {
  /** Whose permissions files have there. */
  securityStyle: OntapSecurityStyle;
}

/** Makes the volumes in `scope`. */
export function makeVolumes(
  scope: Construct,
  place: VolumesPlace,
  volumes: OntapVolumeProps[],
): MadeVolume[] {
  const { at } = place;
  checkList(scope, at, volumes, "a list of { name, sizeGib }");
  for (const volume of volumes) checkVolume(scope, at, volume, volumes);
  const restored = volumes.filter(({ backupId }) => backupId !== undefined);
  const restores = restored.length > 0 ? permitRestores(scope, place, restored) : undefined;
  return volumes.map((volume) => {
    if (volume.backupId !== undefined) return restoreVolume(scope, place, restores!, volume);
    const { name, dataProtection = false, tieringPolicy, aggregates, constituentsPerAggregate } = volume;
    const finalBackup = volume.finalBackup ?? !dataProtection;
    const made = new FsxOntapVolume(scope, `volume-${name}`, {
      storageVirtualMachineId: place.storageVirtualMachineId,
      name,
      // A FlexGroup volume may be larger than the other member can say.
      ...(volume.volumeStyle === "FLEXGROUP"
        ? { sizeInBytes: (BigInt(volume.sizeGib) * 1024n ** 3n).toString() }
        : { sizeInMegabytes: volume.sizeGib * 1024 }),
      junctionPath: pathOf(volume),
      securityStyle: dataProtection ? undefined : (volume.securityStyle ?? place.securityStyle),
      ontapVolumeType: dataProtection ? "DP" : undefined,
      storageEfficiencyEnabled: dataProtection ? undefined : (volume.storageEfficiency ?? true),
      snapshotPolicy: volume.snapshotPolicy,
      tieringPolicy: tieringPolicy && {
        name: tieringPolicy.name,
        coolingPeriod: tieringPolicy.coolingPeriodDays,
      },
      snaplockConfiguration: volume.snaplock && snaplockOf(scope, `${at}.snaplock`, volume.snaplock),
      bypassSnaplockEnterpriseRetention: volume.snaplock?.bypassEnterpriseRetention,
      volumeStyle: volume.volumeStyle,
      aggregateConfiguration:
        aggregates || constituentsPerAggregate ? { aggregates, constituentsPerAggregate } : undefined,
      skipFinalBackup: !finalBackup,
      finalBackupTags: finalBackup ? { Name: `${place.name} ${name} final` } : undefined,
      copyTagsToBackups: true,
      tags: { Name: name },
      dependsOn: place.dependsOn.length > 0 ? place.dependsOn : undefined,
      // `snapmirror break` makes a data protection volume read-write: Terraform would replace it, with all its data.
      lifecycle: { ignoreChanges: ["ontap_volume_type"] },
    });
    applyDeletionPolicy(place.deletionPolicy, made);
    return { id: made.id, resource: made };
  });
}

/** Where clients mount a volume. */
export const pathOf = ({ name, junctionPath, dataProtection }: OntapVolumeProps): string | undefined =>
  junctionPath ?? (dataProtection ? undefined : `/${name}`);

/** Source: CreateVolume and CreateOntapVolumeConfiguration, Amazon FSx API Reference. */
function checkVolume(
  scope: Construct,
  at: string,
  volume: OntapVolumeProps,
  volumes: OntapVolumeProps[],
): void {
  const { name, volumeStyle = "FLEXVOL", dataProtection, snaplock, snapshotPolicy, securityStyle } = volume;
  check(
    scope,
    `${at}.name`,
    name,
    (n) => /^[A-Za-z_][A-Za-z0-9_]{0,202}$/.test(n) && volumes.filter((v) => v.name === n).length === 1,
    "a letter or _, then letters, digits and _, at most 203 in all, and unique",
  );
  checkKnown(scope, `${at}.name`, name, "a name");
  checkFlags(scope, {
    [`${at}.finalBackup`]: volume.finalBackup,
    [`${at}.storageEfficiency`]: volume.storageEfficiency,
    [`${at}.dataProtection`]: dataProtection,
  });
  checkKnown(scope, `${at}.sizeGib`, volume.sizeGib, "a whole number of GiB");
  checkStyle(scope, at, volume);
  check(
    scope,
    `${at}.securityStyle`,
    securityStyle,
    (s) => s === undefined || SECURITY_STYLES.includes(s),
    `one of ${SECURITY_STYLES.join(", ")}`,
  );
  const path = pathOf(volume);
  check(
    scope,
    `${at}.junctionPath`,
    path,
    (p) => p === undefined || (/^\/.{1,254}$/.test(p) && volumes.filter((v) => pathOf(v) === p).length === 1),
    "a path that begins with /, and that no other volume has",
  );
  check(
    scope,
    `${at}.snapshotPolicy`,
    snapshotPolicy,
    (p) => p === undefined || /^.{1,255}$/.test(p),
    "the name of a policy, such as default, default-1weekly or none",
  );
  checkTiering(scope, `${at}.tieringPolicy`, volume.tieringPolicy);
  if (dataProtection) {
    // hashicorp/terraform-provider-aws#33043; "A DP volume is read-only": OntapVolumeType.
    if (volume.finalBackup)
      refuse(scope, `${at}.finalBackup`, true, "left out for a data protection volume, which has none");
    if (path !== undefined)
      refuse(scope, `${at}.junctionPath`, path, "left out for a data protection volume, which has none");
  }
  if (snaplock?.auditLogVolume)
    check(
      scope,
      `${at}.junctionPath`,
      path,
      (p) => p === "/snaplock_audit_log",
      "/snaplock_audit_log for an audit log volume", // «SnapLock audit log volumes», FSx for ONTAP User Guide
    );
  if (snaplock) warnOfSnaplock(scope, name, snaplock);
  if (volumeStyle === "FLEXVOL")
    checkRange(scope, `${at}.sizeGib`, volume.sizeGib, 1, MAX_FLEXVOL_GIB, "GiB");
}

/** «Quotas», FSx for ONTAP User Guide: 300 TiB. */
export const MAX_FLEXVOL_GIB = 307_200;
/** 800 GiB as 8 constituents of 100 GiB each; 20 PiB: the same. */
const FLEXGROUP_GIB = { min: 800, max: 20_971_520 };

/** "A FlexVol volume is on one aggregate": «Volume styles», FSx for ONTAP User Guide; CreateAggregateConfiguration. */
function checkStyle(scope: Construct, at: string, volume: OntapVolumeProps): void {
  const { volumeStyle = "FLEXVOL", aggregates, constituentsPerAggregate } = volume;
  const styles = ["FLEXVOL", "FLEXGROUP"];
  checkKnown(scope, `${at}.volumeStyle`, volumeStyle, `one of ${styles.join(", ")}`);
  check(scope, `${at}.volumeStyle`, volumeStyle, (s) => styles.includes(s), `one of ${styles.join(", ")}`);
  if (aggregates !== undefined) {
    const right = "a list of aggregates' names, aggr1 to aggr12, each once";
    checkList(scope, `${at}.aggregates`, aggregates, right);
    check(
      scope,
      `${at}.aggregates`,
      aggregates,
      (a) => a.every((n) => /^aggr([1-9]|1[0-2])$/.test(n)) && new Set(a).size === a.length && a.length > 0,
      right,
    );
    if (volumeStyle === "FLEXVOL" && aggregates.length > 1)
      refuse(scope, `${at}.aggregates`, aggregates, "one aggregate for a FlexVol volume");
  }
  if (constituentsPerAggregate !== undefined) {
    if (volumeStyle === "FLEXVOL")
      refuse(
        scope,
        `${at}.constituentsPerAggregate`,
        constituentsPerAggregate,
        "left out for a FlexVol volume",
      );
    checkRange(scope, `${at}.constituentsPerAggregate`, constituentsPerAggregate, 1, 200, "constituents");
  }
  if (volumeStyle === "FLEXGROUP")
    checkRange(scope, `${at}.sizeGib`, volume.sizeGib, FLEXGROUP_GIB.min, FLEXGROUP_GIB.max, "GiB");
}

/** Source: TieringPolicy, Amazon FSx API Reference. */
function checkTiering(scope: Construct, at: string, policy: OntapTieringPolicy | undefined): void {
  if (!policy) return;
  const names = ["SNAPSHOT_ONLY", "AUTO", "ALL", "NONE"];
  const { name, coolingPeriodDays } = policy;
  check(scope, `${at}.name`, name, (n) => names.includes(n), `one of ${names.join(", ")}`);
  if (coolingPeriodDays === undefined) return;
  if (name === "ALL" || name === "NONE")
    refuse(scope, `${at}.coolingPeriodDays`, coolingPeriodDays, `left out with ${name}`);
  checkRange(scope, `${at}.coolingPeriodDays`, coolingPeriodDays, 2, 183, "days");
}

/** What it means for a destroy is said before the deploy. Source: «Deleting SnapLock volumes», FSx for ONTAP User Guide. */
function warnOfSnaplock(
  scope: Construct,
  name: string,
  { type, bypassEnterpriseRetention }: SnaplockProps,
): void {
  const until =
    "Until the retention of its last file is over, the volume cannot be deleted, nor the file system, and its key must stay";
  if (type === "COMPLIANCE")
    Annotations.of(scope).addWarning(
      `volume ${name} is a SnapLock Compliance volume. ${until}. Nobody can shorten that, AWS included`,
    );
  else if (!bypassEnterpriseRetention)
    Annotations.of(scope).addWarning(
      `volume ${name} is a SnapLock Enterprise volume. ${until}, unless snaplock.bypassEnterpriseRetention is true`,
    );
}
