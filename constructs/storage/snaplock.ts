// SnapLock: volumes whose files can neither be changed nor deleted until their retention period is over.

import {
  FsxOntapVolumeSnaplockConfiguration,
  FsxOntapVolumeSnaplockConfigurationRetentionPeriodDefaultRetention,
} from "@cdktf/provider-aws/lib/fsx-ontap-volume";
import { Construct } from "constructs";
import { AUDIT_LOG_SECONDS, AUTOCOMMIT, LONGEST_RETENTION, SECONDS } from "../../aws-limits/snaplock";
import { check, checkFlags, checkKnown, checkMap, checkRange } from "../private";

/** How long a file is kept: a number of units, or without an end. */
export interface SnaplockRetention {
  /** Unit of `value`; `INFINITE` keeps a file for ever, `UNSPECIFIED` until somebody sets its period. Both are without a value. */
  readonly unit: keyof typeof LONGEST_RETENTION | "INFINITE" | "UNSPECIFIED";
  /**
   * 0 to 65,535 seconds or minutes, 24 hours, 365 days, 12 months or 100 years.
   * @default none, as `INFINITE` and `UNSPECIFIED` need
   */
  readonly value?: number;
}

/** After how long a file that nobody changes is committed. */
export interface SnaplockAutocommit {
  /** Unit of `value`. */
  readonly unit: keyof typeof AUTOCOMMIT;
  /** 5 to 65,535 minutes, or 1 to 65,535 hours, 3,650 days, 120 months or 10 years. */
  readonly value: number;
}

/** How SnapLock protects a volume. Source: CreateSnaplockConfiguration, Amazon FSx API Reference. */
export interface SnaplockProps {
  /**
   * `COMPLIANCE`: nobody, AWS included, can delete a committed file, or the volume with one, before its time. `ENTERPRISE`: those who have
   * the right can. It cannot change.
   */
  readonly type: "COMPLIANCE" | "ENTERPRISE";
  /**
   * How long a file is kept that is committed without a period of its own.
   * @default AWS's: as `minimumRetention`
   */
  readonly defaultRetention?: SnaplockRetention;
  /**
   * The shortest period that a file can be given.
   * @default 0 years
   */
  readonly minimumRetention?: SnaplockRetention;
  /**
   * The longest period that a file can be given.
   * @default 30 years
   */
  readonly maximumRetention?: SnaplockRetention;
  /**
   * Commits files by itself once they have not changed for this long.
   * @default none: only who makes a file read-only commits it
   */
  readonly autocommit?: SnaplockAutocommit;
  /**
   * Whether administrators may delete committed files of an `ENTERPRISE` volume; `PERMANENTLY_DISABLED` cannot be taken back.
   * @default "DISABLED"
   */
  readonly privilegedDelete?: "ENABLED" | "DISABLED" | "PERMANENTLY_DISABLED";
  /**
   * Whether it is its storage virtual machine's volume of audit logs, which keeps its files for six months at least. Its junction path must
   * be `/snaplock_audit_log`.
   * @default false
   */
  readonly auditLogVolume?: boolean;
  /**
   * Whether one can append to files, as to logs, that are committed from then on.
   * @default false
   */
  readonly appendMode?: boolean;
  /**
   * Whether a destroy deletes an `ENTERPRISE` volume that has files whose time is not over. Who runs it needs
   * `fsx:BypassSnapLockEnterpriseRetention`.
   * @default false
   */
  readonly bypassEnterpriseRetention?: boolean;
}

const one = (names: readonly string[]): string => `one of ${names.join(", ")}`;

/** The configuration as the provider takes it. `at` is what a refusal calls it. */
export function snaplockOf(
  scope: Construct,
  at: string,
  props: SnaplockProps,
): FsxOntapVolumeSnaplockConfiguration {
  checkMap(scope, at, props, 'an object with a type, "COMPLIANCE" or "ENTERPRISE"');
  const { type, privilegedDelete, auditLogVolume, appendMode, autocommit, bypassEnterpriseRetention } = props;
  const types = ["COMPLIANCE", "ENTERPRISE"];
  checkKnown(scope, `${at}.type`, type, one(types));
  check(scope, `${at}.type`, type, (t) => types.includes(t), one(types));
  checkFlags(scope, {
    [`${at}.auditLogVolume`]: auditLogVolume,
    [`${at}.appendMode`]: appendMode,
    [`${at}.bypassEnterpriseRetention`]: bypassEnterpriseRetention,
  });
  // "on an FSx for ONTAP SnapLock Enterprise volume": PrivilegedDelete and BypassSnaplockEnterpriseRetention.
  const deletes =
    type === "ENTERPRISE"
      ? ["ENABLED", "DISABLED", "PERMANENTLY_DISABLED"]
      : ["DISABLED", "PERMANENTLY_DISABLED"];
  const ofType = `${one(deletes)} for ${type}`;
  check(
    scope,
    `${at}.privilegedDelete`,
    privilegedDelete,
    (d) => d === undefined || deletes.includes(d),
    ofType,
  );
  check(
    scope,
    `${at}.bypassEnterpriseRetention`,
    bypassEnterpriseRetention,
    (b) => !b || type === "ENTERPRISE",
    "left out for COMPLIANCE: nothing deletes such files before their time",
  );
  if (autocommit) {
    const units = Object.keys(AUTOCOMMIT);
    check(scope, `${at}.autocommit.unit`, autocommit.unit, (u) => units.includes(u), one(units));
    const [min, max] = AUTOCOMMIT[autocommit.unit];
    checkRange(scope, `${at}.autocommit.value`, autocommit.value, min, max, autocommit.unit);
  }
  return {
    snaplockType: type,
    privilegedDelete,
    auditLogVolume,
    volumeAppendModeEnabled: appendMode,
    autocommitPeriod: autocommit && { type: autocommit.unit, value: autocommit.value },
    retentionPeriod: retentionOf(scope, at, props),
  };
}

const AWS_MINIMUM: SnaplockRetention = { unit: "YEARS", value: 0 };
const AWS_MAXIMUM: SnaplockRetention = { unit: "YEARS", value: 30 };
function retentionOf(
  scope: Construct,
  at: string,
  { auditLogVolume, ...props }: SnaplockProps,
): FsxOntapVolumeSnaplockConfiguration["retentionPeriod"] {
  const { minimumRetention, maximumRetention, defaultRetention } = props;
  // What is left out is AWS's, unless one of them is given: they go together.
  if (!minimumRetention && !maximumRetention && !defaultRetention && !auditLogVolume) return undefined;
  const min = minimumRetention ?? (auditLogVolume ? { unit: "MONTHS", value: 6 } : AWS_MINIMUM);
  const max = maximumRetention ?? AWS_MAXIMUM;
  const usual = defaultRetention ?? min;
  const periods = { minimumRetention: min, maximumRetention: max, defaultRetention: usual };
  for (const [name, period] of Object.entries(periods)) checkRetention(scope, `${at}.${name}`, period);
  check(
    scope,
    `${at}.defaultRetention`,
    usual,
    (d) => d.unit === "UNSPECIFIED" || (seconds(min) <= seconds(d) && seconds(d) <= seconds(max)),
    "between minimumRetention and maximumRetention",
  );
  if (auditLogVolume)
    check(
      scope,
      `${at}.minimumRetention`,
      min,
      (m) => seconds(m) >= AUDIT_LOG_SECONDS,
      "six months at least for an audit log volume",
    );
  const given = (
    p: SnaplockRetention,
  ): FsxOntapVolumeSnaplockConfigurationRetentionPeriodDefaultRetention => ({
    type: p.unit,
    value: p.value,
  });
  return { minimumRetention: given(min), maximumRetention: given(max), defaultRetention: given(usual) };
}

function checkRetention(scope: Construct, at: string, { unit, value }: SnaplockRetention): void {
  const units = [...Object.keys(LONGEST_RETENTION), "INFINITE", "UNSPECIFIED"];
  check(scope, `${at}.unit`, unit, (u) => units.includes(u), one(units));
  if (unit === "INFINITE" || unit === "UNSPECIFIED")
    check(scope, `${at}.value`, value, (v) => v === undefined, `left out with ${unit}`);
  else checkRange(scope, `${at}.value`, value as number, 0, LONGEST_RETENTION[unit], unit);
}

const seconds = ({ unit, value = 0 }: SnaplockRetention): number =>
  unit === "INFINITE" ? Infinity : unit === "UNSPECIFIED" ? 0 : value * SECONDS[unit];
