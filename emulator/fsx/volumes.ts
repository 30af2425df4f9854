// Volumes of storage virtual machines.

import { randomUUID } from "node:crypto";
import { hexId } from "../core/cloud";
import { Call, Context, Operation } from "../core/context";
import { AwsError } from "../core/errors";
import { Region, StorageVirtualMachine, Tag, Volume } from "../core/state";
import { takeVolumeBackup } from "./backups";
import { badRequest, serviceLimitExceeded } from "./errors";
import { keyState, ownKey } from "../kms/lookup";
import { filtered, findBackup, findSvm, findVolume, madeBefore, page, requested, shown } from "./lookup";
import { aggregateConfiguration, checkStyle, checkStyleSize, snaplock, tieringPolicy } from "./volume-rules";

/** "Volume size: minimum 20 MiB": «Quotas», FSx for ONTAP User Guide. */
const MIN_MEGABYTES = 20;
const MEGABYTE = 1024 * 1024;
/** Built-in policies, and any that was made in ONTAP itself. Source: SnapshotPolicy, API Reference. */
const DEFAULT_SNAPSHOT_POLICY = "default";

type OntapInput = Record<string, any>;

export function volumeOperations(context: Context): Record<string, Operation> {
  const { cloud } = context;
  cloud.on("volume created", (region, id) => {
    const volume = cloud.region(region).volumes[id];
    if (!volume) return;
    // docs/unverified.md#failed-restore
    const fails = volume.fails || (volume.sourceBackupId && !keyIsUsable(cloud.region(region), volume));
    volume.Lifecycle = fails ? "FAILED" : "CREATED";
    if (fails)
      volume.LifecycleTransitionReason = {
        Message: `The backup ${volume.sourceBackupId} could not be read.`,
      };
  });
  cloud.on("volume deleted", (region, id) => {
    delete cloud.region(region).volumes[id];
  });

  function create(input: any, { region, regionName }: Call, sourceBackupId?: string): object {
    const before = madeBefore(region.volumes, input);
    if (before) return { Volume: shown(before) };
    const ontap: OntapInput | undefined = input.OntapConfiguration;
    if (!ontap)
      throw new AwsError("MissingVolumeConfiguration", "OntapConfiguration is required for an ONTAP volume.");
    const svm = findSvm(region, ontap.StorageVirtualMachineId);
    if (svm.Lifecycle !== "CREATED")
      throw badRequest(`Storage virtual machine ${ontap.StorageVirtualMachineId} is ${svm.Lifecycle}.`);
    checkVolume(context, region, svm, input.Name, ontap);
    const volume = addVolume(context, regionName, svm, input.Name, ontap, input.Tags ?? [], false);
    Object.assign(volume, requested(input), {
      sourceBackupId,
      fails: (sourceBackupId && context.faults?.failsCreation("CreateVolumeFromBackup")) || undefined,
    });
    return { Volume: shown(volume) };
  }

  return {
    CreateVolume(input, call: Call) {
      if (input.VolumeType !== "ONTAP")
        throw new AwsError("NotEmulated", `Volumes of type ${input.VolumeType} are not emulated.`, 501);
      return create(input, call);
    },

    CreateVolumeFromBackup(input, call: Call) {
      const backup = findBackup(call.region, input.BackupId);
      if (backup.Lifecycle !== "AVAILABLE")
        throw badRequest(`Backup ${backup.BackupId} is ${backup.Lifecycle}.`);
      return create(input, call, backup.BackupId);
    },

    DescribeVolumes(input, { region }: Call) {
      const ids: string[] | undefined = input.VolumeIds?.length ? input.VolumeIds : undefined;
      const all = ids ? ids.map((id) => findVolume(region, id)) : Object.values(region.volumes);
      const chosen = filtered(all, input.Filters, (v, name) =>
        name === "file-system-id" ? v.FileSystemId : v.svmId,
      );
      const { items, NextToken } = page(chosen, input);
      return { Volumes: items.map(shown), NextToken };
    },

    UpdateVolume(input, { region }: Call) {
      const volume = findVolume(region, input.VolumeId);
      if (!input.OntapConfiguration)
        throw new AwsError("MissingVolumeConfiguration", "OntapConfiguration is required.");
      if (volume.Lifecycle !== "CREATED") throw badRequest(`The volume is ${volume.Lifecycle}.`);
      // "The name of the OpenZFS volume": Name, UpdateVolume.
      if (input.Name) throw badRequest("The name of an ONTAP volume cannot be changed.");
      const { SizeInMegabytes, SizeInBytes, TieringPolicy, SnaplockConfiguration, ...changes } =
        input.OntapConfiguration;
      const ontap = volume.OntapConfiguration;
      checkPath(changes.JunctionPath);
      if (SnaplockConfiguration && !ontap.SnaplockConfiguration)
        throw badRequest("The volume is no SnapLock volume.");
      changes.SnaplockConfiguration = snaplock(SnaplockConfiguration, ontap.SnaplockConfiguration as object);
      changes.TieringPolicy = tieringPolicy(TieringPolicy, ontap.TieringPolicy as object);
      const size = sizeOf({ SizeInMegabytes, SizeInBytes, VolumeStyle: ontap.VolumeStyle });
      Object.assign(ontap, changes, size);
      return { Volume: shown(volume) };
    },

    DeleteVolume(input, { region, regionName }: Call) {
      const volume = findVolume(region, input.VolumeId);
      // The root volume goes with its SVM: «Deleting an SVM», FSx for ONTAP User Guide.
      if (volume.isRoot)
        throw badRequest(`Volume ${volume.VolumeId} is the root volume of its storage virtual machine.`);
      if (volume.Lifecycle === "DELETING") throw badRequest("The volume is being deleted.");
      const { SkipFinalBackup, FinalBackupTags, BypassSnaplockEnterpriseRetention } =
        input.OntapConfiguration ?? {};
      const { OntapVolumeType, SnaplockConfiguration } = volume.OntapConfiguration;
      const lock = SnaplockConfiguration as { SnaplockType: string } | undefined;
      if (BypassSnaplockEnterpriseRetention && lock?.SnaplockType !== "ENTERPRISE")
        throw badRequest("BypassSnaplockEnterpriseRetention is not supported on this volume.");
      if (OntapVolumeType === "DP" && !SkipFinalBackup)
        throw badRequest("In order to delete a DP Volume, SkipFinalBackup must be set to true.");
      const backup = SkipFinalBackup
        ? undefined
        : takeVolumeBackup(context, regionName, volume, FinalBackupTags ?? []);
      volume.Lifecycle = "DELETING";
      cloud.schedule("volume deleted", regionName, volume.VolumeId);
      return {
        VolumeId: volume.VolumeId,
        Lifecycle: volume.Lifecycle,
        ...(backup && { OntapResponse: { FinalBackupId: backup.BackupId, FinalBackupTags } }),
      };
    },
  };
}

/** Adds a volume that is being created, to an SVM. */
export function addVolume(
  { cloud }: Context,
  regionName: string,
  svm: StorageVirtualMachine,
  name: string,
  ontap: OntapInput,
  tags: Tag[],
  isRoot: boolean,
): Volume {
  const id = hexId("fsvol");
  const region = cloud.region(regionName);
  const { StorageVirtualMachineId: _, SizeInMegabytes, SizeInBytes, SnaplockConfiguration, ...given } = ontap;
  const volume: Volume = {
    VolumeId: id,
    VolumeType: "ONTAP",
    Name: name,
    FileSystemId: svm.FileSystemId,
    Lifecycle: "CREATING",
    CreationTime: cloud.timestamp(),
    ResourceARN: `arn:aws:fsx:${regionName}:${cloud.accountId}:volume/${svm.FileSystemId}/${id}`,
    OntapConfiguration: {
      FlexCacheEndpointType: "NONE",
      SecurityStyle: svm.RootVolumeSecurityStyle,
      SnapshotPolicy: DEFAULT_SNAPSHOT_POLICY,
      StorageEfficiencyEnabled: false,
      CopyTagsToBackups: false,
      OntapVolumeType: "RW",
      VolumeStyle: "FLEXVOL",
      ...given,
      TieringPolicy: isRoot ? { Name: "NONE" } : tieringPolicy(ontap.TieringPolicy),
      AggregateConfiguration: aggregateConfiguration(ontap, haPairs(region, svm)),
      SnaplockConfiguration: snaplock(SnaplockConfiguration),
      ...sizeOf({ SizeInMegabytes, SizeInBytes, VolumeStyle: given.VolumeStyle }),
      StorageVirtualMachineId: svm.StorageVirtualMachineId,
      StorageVirtualMachineRoot: isRoot,
      UUID: randomUUID(),
    },
    svmId: svm.StorageVirtualMachineId,
    isRoot,
    tags,
    request: "",
  };
  region.volumes[id] = volume;
  cloud.schedule("volume created", regionName, id);
  return volume;
}

/** That of the volume's file system, where it is one in HSMs. */
function keyIsUsable(region: Region, { FileSystemId }: Volume): boolean {
  const key = ownKey(region, String(region.fileSystems[FileSystemId].attributes.KmsKeyId));
  return !key || keyState(key, region) === "Enabled";
}

const haPairs = (region: Region, svm: StorageVirtualMachine): number =>
  (region.fileSystems[svm.FileSystemId].attributes.OntapConfiguration as { HAPairs: number }).HAPairs;

function checkVolume(
  { cloud }: Context,
  region: Region,
  svm: StorageVirtualMachine,
  name: string,
  ontap: OntapInput,
): void {
  // ONTAP's own rule for names of volumes: CreateVolume, FSx for ONTAP User Guide.
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw badRequest(
      "The name of an ONTAP volume has letters, digits and _ only, and does not begin with a digit.",
    );
  const siblings = Object.values(region.volumes).filter((v) => v.svmId === svm.StorageVirtualMachineId);
  if (siblings.some((v) => v.Name === name))
    throw badRequest(`A volume with the name ${name} exists on this SVM.`);
  checkPath(ontap.JunctionPath);
  if (ontap.JunctionPath && siblings.some((v) => v.OntapConfiguration.JunctionPath === ontap.JunctionPath))
    throw badRequest(`A volume with the junction path ${ontap.JunctionPath} exists on this SVM.`);
  const size = sizeOf(ontap);
  if (!size) throw badRequest("SizeInMegabytes or SizeInBytes is required.");
  // "StorageEfficiencyEnabled is required when creating a RW volume": CreateOntapVolumeConfiguration.
  if ((ontap.OntapVolumeType ?? "RW") === "RW" && ontap.StorageEfficiencyEnabled === undefined)
    throw badRequest("StorageEfficiencyEnabled is required when creating a RW volume.");
  if (ontap.OntapVolumeType === "DP" && ontap.JunctionPath)
    throw badRequest("A DP volume has no junction path.");
  checkStyle(ontap, haPairs(region, svm));
  const onFileSystem = Object.values(region.volumes).filter((v) => v.FileSystemId === svm.FileSystemId);
  const max = cloud.quotas["volumes per ontap file system"];
  if (onFileSystem.length >= max)
    throw serviceLimitExceeded("VOLUMES_PER_FILE_SYSTEM", `The file system can have ${max} volumes.`);
}

/** "The JunctionPath must have a leading forward slash": CreateOntapVolumeConfiguration, API Reference. */
function checkPath(path: string | undefined): void {
  if (path !== undefined && !path.startsWith("/"))
    throw badRequest(`JunctionPath ${path} must begin with a slash.`);
}

function sizeOf({
  SizeInMegabytes,
  SizeInBytes,
  VolumeStyle,
}: OntapInput): { SizeInMegabytes: number; SizeInBytes: number } | undefined {
  if (SizeInMegabytes === undefined && SizeInBytes === undefined) return undefined;
  if (SizeInMegabytes !== undefined && SizeInBytes !== undefined)
    throw badRequest("Give SizeInMegabytes or SizeInBytes, not both.");
  const bytes: number = SizeInBytes ?? SizeInMegabytes * MEGABYTE;
  if (bytes < MIN_MEGABYTES * MEGABYTE) throw badRequest(`A volume has ${MIN_MEGABYTES} MiB at least.`);
  checkStyleSize(VolumeStyle, bytes);
  return { SizeInMegabytes: Math.floor(bytes / MEGABYTE), SizeInBytes: bytes };
}
