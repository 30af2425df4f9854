// Periods of SnapLock: one table for the constructs and the local cloud.

/** The longest of each unit: «Value», RetentionPeriod, Amazon FSx API Reference. */
export const LONGEST_RETENTION = {
  SECONDS: 65535,
  MINUTES: 65535,
  HOURS: 24,
  DAYS: 365,
  MONTHS: 12,
  YEARS: 100,
} as const;

/** The shortest and the longest of each unit: «Value», AutocommitPeriod, Amazon FSx API Reference. */
export const AUTOCOMMIT = {
  MINUTES: [5, 65535],
  HOURS: [1, 65535],
  DAYS: [1, 3650],
  MONTHS: [1, 120],
  YEARS: [1, 10],
} as const;

/** Of each unit, to compare periods. */
export const SECONDS = {
  SECONDS: 1,
  MINUTES: 60,
  HOURS: 3600,
  DAYS: 86400,
  MONTHS: 30 * 86400,
  YEARS: 365 * 86400,
} as const;

/** "The minimum retention period for an audit log volume is six months": AuditLogVolume, CreateSnaplockConfiguration. */
export const AUDIT_LOG_SECONDS = 6 * SECONDS.MONTHS;
