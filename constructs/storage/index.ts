// The file system.

export * from "./ontap-file-system";
