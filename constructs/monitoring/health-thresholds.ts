// Default thresholds of the health alarms.

/** "at least once every 24 hours", and two for the backup itself: «AWS CloudHSM cluster backups», AWS CloudHSM User Guide. */
export const BACKUP_HOURS = 26;

/** Before the end of the trust anchor or the cluster's certificate: time for a new cluster, since neither can be changed. */
export const CERTIFICATE_DAYS = 90;
