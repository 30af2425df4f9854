// Rules of ONTAP volumes: tiering, security style, SnapLock.
// Source: TieringPolicy, CreateOntapVolumeConfiguration, CreateSnaplockConfiguration, Amazon FSx API Reference.

import { AUDIT_LOG_SECONDS, AUTOCOMMIT, LONGEST_RETENTION, SECONDS } from "../../aws-limits/snaplock";
import { badRequest } from "./errors";

interface TieringPolicy {
  Name?: string;
  CoolingPeriod?: number;
}

/** "Default values are 31 days for AUTO and 2 days for SNAPSHOT_ONLY": TieringPolicy. */
const COOLING_DAYS: Record<string, number> = { AUTO: 31, SNAPSHOT_ONLY: 2 };

/** The policy with its defaults. `current` is what an update changes. */
export function tieringPolicy(given: TieringPolicy = {}, current: TieringPolicy = {}): TieringPolicy {
  const Name = given.Name ?? current.Name ?? "SNAPSHOT_ONLY";
  const usual = COOLING_DAYS[Name];
  // "Used with the AUTO and SNAPSHOT_ONLY tiering policies": CoolingPeriod.
  if (given.CoolingPeriod !== undefined && usual === undefined)
    throw badRequest(`Tiering policy ${Name} has no CoolingPeriod.`);
  if (usual === undefined) return { Name };
  const kept = Name === current.Name ? current.CoolingPeriod : undefined;
  return { Name, CoolingPeriod: given.CoolingPeriod ?? kept ?? usual };
}

/** Aggregates of a volume: one for each HA pair, and more than one only for a FlexGroup volume. */
export function checkStyle(ontap: Record<string, any>, haPairs: number): void {
  const { Aggregates, ConstituentsPerAggregate } = ontap.AggregateConfiguration ?? {};
  const missing = (Aggregates ?? []).filter((name: string) => Number(name.slice("aggr".length)) > haPairs);
  if (missing.length > 0)
    throw badRequest(`Aggregates that are not present on the file system: ${missing.join(", ")}.`);
  if (ontap.VolumeStyle === "FLEXGROUP") return;
  // "This field cannot be provided when creating a FlexVol volume": ConstituentsPerAggregate.
  if (ConstituentsPerAggregate !== undefined)
    throw badRequest("ConstituentsPerAggregate cannot be given for a FlexVol volume.");
  if (Aggregates?.length > 1) throw badRequest("A FlexVol volume is on one aggregate.");
}

const GIBIBYTE = 1024 ** 3;

/** "800 GiB" of a FlexGroup volume at least, "300 TiB" of a FlexVol volume at most: «Quotas», FSx for ONTAP User Guide. */
export function checkStyleSize(style: string | undefined, bytes: number): void {
  if (style === "FLEXGROUP" && bytes < 800 * GIBIBYTE)
    throw badRequest("A FLEXGROUP volume has 800 GiB at least.");
  if (style !== "FLEXGROUP" && bytes > 300 * 1024 * GIBIBYTE)
    throw badRequest("A FLEXVOL volume has 300 TiB at most.");
}

/** The aggregates as a volume shows them. */
export function aggregateConfiguration(ontap: Record<string, any>, haPairs: number): object {
  const { Aggregates, ConstituentsPerAggregate = 8 } = ontap.AggregateConfiguration ?? {};
  if (ontap.VolumeStyle !== "FLEXGROUP") return { Aggregates: Aggregates ?? ["aggr1"] };
  const names: string[] = Aggregates ?? Array.from({ length: haPairs }, (_, n) => `aggr${n + 1}`);
  return { Aggregates: names, TotalConstituents: names.length * ConstituentsPerAggregate };
}

interface Period {
  Type: string;
  Value?: number;
}

/** The SnapLock configuration of a new volume, or of one that changes; undefined where there is none. */
export function snaplock(
  given: Record<string, any> | undefined,
  current?: Record<string, any>,
): Record<string, any> | undefined {
  if (!given) return current;
  if (current?.PrivilegedDelete === "PERMANENTLY_DISABLED" && given.PrivilegedDelete === "ENABLED")
    throw badRequest("PrivilegedDelete is permanently disabled: it cannot be enabled again.");
  const merged: Record<string, any> = {
    AuditLogVolume: false,
    AutocommitPeriod: { Type: "NONE" },
    PrivilegedDelete: "DISABLED",
    VolumeAppendModeEnabled: false,
    ...current,
    ...given,
  };
  // "on an FSx for ONTAP SnapLock Enterprise volume": PrivilegedDelete.
  if (merged.SnaplockType === "COMPLIANCE" && merged.PrivilegedDelete === "ENABLED")
    throw badRequest("PrivilegedDelete is valid for SnapLock Enterprise volumes only.");
  checkAutocommit(merged.AutocommitPeriod);
  if (merged.RetentionPeriod) checkRetention(merged.RetentionPeriod, merged.AuditLogVolume);
  return merged;
}

function checkAutocommit({ Type, Value }: Period): void {
  if (Type === "NONE") return;
  const [min, max] = AUTOCOMMIT[Type as keyof typeof AUTOCOMMIT];
  if (Value === undefined || Value < min || Value > max)
    throw badRequest(`An autocommit period in ${Type} must be between ${min} and ${max}.`);
}

function checkRetention(
  periods: Record<"DefaultRetention" | "MinimumRetention" | "MaximumRetention", Period>,
  auditLog: boolean,
): void {
  for (const [name, { Type, Value }] of Object.entries(periods)) {
    const longest: number | undefined = LONGEST_RETENTION[Type as keyof typeof LONGEST_RETENTION];
    const limited = longest !== undefined;
    if (!limited && Value !== undefined) throw badRequest(`${name} of type ${Type} has no value.`);
    if (limited && (Value === undefined || Value > longest))
      throw badRequest(`${name} in ${Type} must be between 0 and ${longest}.`);
  }
  const seconds = ({ Type, Value }: Period) =>
    Type === "INFINITE" ? Infinity : (Value ?? 0) * SECONDS[Type as keyof typeof SECONDS];
  const { DefaultRetention, MinimumRetention, MaximumRetention } = periods;
  const [min, max] = [seconds(MinimumRetention), seconds(MaximumRetention)];
  const usual = DefaultRetention.Type === "UNSPECIFIED" ? min : seconds(DefaultRetention);
  if (usual < min || usual > max)
    throw badRequest("DefaultRetention must be between MinimumRetention and MaximumRetention.");
  if (auditLog && min < AUDIT_LOG_SECONDS)
    throw badRequest("MinimumRetention of an audit log volume is six months at least.");
}
