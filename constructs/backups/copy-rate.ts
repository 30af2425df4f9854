// How often backups are copied.

/**
 * How often the newest backup is copied, in minutes: four times in what the objective leaves beside the day between two backups, so
 * that three runs may fail. Not more often than each quarter of an hour, and each six hours at least.
 */
export function rateOf(recoveryPointHours: number): number {
  return Math.min(360, Math.max(15, Math.floor(((recoveryPointHours - HOURS_BETWEEN_BACKUPS) * 60) / 4)));
}

/** "at least once every 24 hours": «AWS CloudHSM cluster backups», AWS CloudHSM User Guide. */
export const HOURS_BETWEEN_BACKUPS = 24;
