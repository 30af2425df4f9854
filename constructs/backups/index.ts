// Backups copied to other regions.

export * from "./backup-replication";
