// What UpdateFileSystem has begun, as DescribeFileSystems shows it. Source: AdministrativeAction, Amazon FSx API Reference; «Monitoring storage
// capacity and IOPS updates», FSx for ONTAP User Guide.

import { Cloud } from "../core/cloud";
import { AdministrativeAction, FileSystem } from "../core/state";
import { badRequest } from "./errors";

/** "AdministrativeActions lists the 10 most recent update actions for each administrative action type". */
const SHOWN = 10;
/** "You must wait at least six hours before you can modify any of these configurations again": «Considerations», the same guide. */
const COOLDOWN_SECONDS = 6 * 3600;
/** Of optimisation, at each look that is worth one. */
const STEP_PERCENT = 25;

/** Members of a request that change the size. */
const SIZE_MEMBERS = [
  "ThroughputCapacity",
  "ThroughputCapacityPerHAPair",
  "HAPairs",
  "DiskIopsConfiguration",
];

interface UpdateRequest {
  StorageCapacity?: number;
  OntapConfiguration?: Record<string, unknown>;
}

const changesSize = ({ StorageCapacity, OntapConfiguration = {} }: UpdateRequest): boolean =>
  StorageCapacity !== undefined || SIZE_MEMBERS.some((name) => OntapConfiguration[name] !== undefined);

/** Refuses a change of size while another one is under way or was shortly before; everything else is allowed meanwhile. */
export function refuseSecondResize(cloud: Cloud, fileSystem: FileSystem, request: UpdateRequest): void {
  if (!changesSize(request)) return;
  const last = fileSystem.actions?.find((a) => a.resizes);
  if (!last) return;
  // "You can't make a storage capacity increase request if there is an existing … request in progress": UpdateFileSystem, API Reference.
  if (last.Status !== "COMPLETED" && last.Status !== "FAILED")
    throw badRequest(`An update of the file system is in progress: ${last.Status}.`);
  if (cloud.timestamp() - last.RequestTime < COOLDOWN_SECONDS)
    throw badRequest(
      "Storage capacity, IOPS and throughput can be changed again six hours after the last change.",
    );
}

/** Notes what has begun; `values` become the file system's once it is updated. */
export function beginUpdate(
  cloud: Cloud,
  regionName: string,
  fileSystem: FileSystem,
  { StorageCapacity, OntapConfiguration }: UpdateRequest,
  values: FileSystem["pending"],
): void {
  const { FsxAdminPassword: _, ...shownOfOntap } = OntapConfiguration ?? {};
  const RequestTime = cloud.timestamp();
  const grows =
    StorageCapacity !== undefined && StorageCapacity > (fileSystem.attributes.StorageCapacity as number);
  const action = (AdministrativeActionType: AdministrativeAction["AdministrativeActionType"]) =>
    ({ AdministrativeActionType, RequestTime, Status: "PENDING" }) as const;
  fileSystem.actions = [
    {
      ...action("FILE_SYSTEM_UPDATE"),
      TargetFileSystemValues: {
        StorageCapacity,
        ...(Object.keys(shownOfOntap).length > 0 && { OntapConfiguration: shownOfOntap }),
      },
      ...(changesSize({ StorageCapacity, OntapConfiguration }) && { resizes: true as const }),
    },
    // "When you increase …, two AdministrativeActions are generated …; when you decrease, only one".
    ...(grows ? [action("STORAGE_OPTIMIZATION")] : []),
    ...(fileSystem.actions ?? []),
  ];
  fileSystem.pending = values;
  fileSystem.Lifecycle = "UPDATING";
  cloud.schedule("file system update begun", regionName, fileSystem.FileSystemId);
  cloud.schedule("file system updated", regionName, fileSystem.FileSystemId);
}

export function administrativeActions(cloud: Cloud): void {
  const newest = (
    fileSystem: FileSystem | undefined,
    type: AdministrativeAction["AdministrativeActionType"],
  ) => fileSystem?.actions?.find((a) => a.AdministrativeActionType === type);

  cloud.on("file system update begun", (regionName, id) => {
    const update = newest(cloud.region(regionName).fileSystems[id], "FILE_SYSTEM_UPDATE");
    if (update) update.Status = "IN_PROGRESS";
  });
  cloud.on("file system updated", (regionName, id) => {
    const fileSystem = cloud.region(regionName).fileSystems[id];
    if (!fileSystem) return;
    if (fileSystem.pending) {
      fileSystem.attributes.StorageCapacity = fileSystem.pending.StorageCapacity;
      Object.assign(fileSystem.attributes.OntapConfiguration as object, fileSystem.pending.ontap);
      fileSystem.pending = undefined;
    }
    fileSystem.Lifecycle = "AVAILABLE";
    const update = newest(fileSystem, "FILE_SYSTEM_UPDATE");
    if (!update) return;
    const optimization = newest(fileSystem, "STORAGE_OPTIMIZATION");
    const optimizes = optimization?.Status === "PENDING";
    update.Status = optimizes ? "UPDATED_OPTIMIZING" : "COMPLETED";
    if (!optimizes) return;
    Object.assign(optimization, { Status: "IN_PROGRESS", ProgressPercent: 0 });
    cloud.schedule("file system optimized further", regionName, id);
  });
  cloud.on("file system optimized further", (regionName, id) => {
    const fileSystem = cloud.region(regionName).fileSystems[id];
    const optimization = newest(fileSystem, "STORAGE_OPTIMIZATION");
    if (!optimization) return;
    optimization.ProgressPercent! += STEP_PERCENT;
    if (optimization.ProgressPercent! < 100)
      return cloud.schedule("file system optimized further", regionName, id);
    optimization.Status = "COMPLETED";
    // "When STORAGE_OPTIMIZATION has been completed successfully, the parent FILE_SYSTEM_UPDATE action status changes to COMPLETED".
    for (const action of fileSystem.actions!)
      if (action.Status === "UPDATED_OPTIMIZING") action.Status = "COMPLETED";
  });
}

/** As the API shows them, the newest first. */
export function shownActions(actions: AdministrativeAction[] | undefined): object[] | undefined {
  if (!actions?.length) return undefined;
  return actions
    .filter(
      (a, i) =>
        actions.slice(0, i).filter((b) => b.AdministrativeActionType === a.AdministrativeActionType).length <
        SHOWN,
    )
    .map(({ resizes: _, ...shown }) => shown);
}
